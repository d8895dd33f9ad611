/**
 * Keeps Verifull's own warnings out of the log of a run, because hundreds of settings in the tests cause one, and the AWS
 * SDK's on Node's version. Listeners of `warning` still get them, and Node prints every other warning.
 */
const AWS = 'NodeVersionSupportWarning: The AWS SDK'

for (const print of process.listeners('warning').filter(({ name }) => name === 'onWarning')) {
  process.off('warning', print)
  process.on('warning', (warning) => {
    if (warning.name !== 'VerifullWarning' && !warning.message.startsWith(AWS)) print(warning)
  })
}

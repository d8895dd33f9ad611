/**
 * Warnings that every rehearsal causes: the remark on its idle time of 250 ms, which is intended, and the AWS SDK's on
 * Node's version.
 */
const EXPECTED = /\(from DB_IDLE_TIMEOUT\).*\(rule time-unit\)|^NodeVersionSupportWarning: The AWS SDK/

// Node's own printer skips them. Listeners of `warning` still get them, and every other warning is printed.
for (const print of process.listeners('warning').filter(({ name }) => name === 'onWarning')) {
  process.off('warning', print)
  process.on('warning', (warning) => {
    if (!EXPECTED.test(warning.message)) print(warning)
  })
}

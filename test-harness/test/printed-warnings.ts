/**
 * Keeps Verifull's own warnings out of the log of a run: hundreds of settings in the tests deserve one. Listeners of
 * `warning` have them as ever, and Node prints every other warning.
 */
for (const print of process.listeners('warning').filter(({ name }) => name === 'onWarning')) {
  process.off('warning', print)
  process.on('warning', (warning) => {
    if (warning.name !== 'VerifullWarning') print(warning)
  })
}

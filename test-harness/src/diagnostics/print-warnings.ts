/**
 * Has Node print only the warnings that are not expected. Listeners of `warning` still get all of them.
 *
 * @param isExpected True for a warning that is not printed.
 */
export function printUnexpectedWarnings(isExpected: (warning: Error) => boolean): void {
  for (const print of process.listeners('warning').filter(({ name }) => name === 'onWarning')) {
    process.off('warning', print)
    process.on('warning', (warning) => {
      if (!isExpected(warning)) print(warning)
    })
  }
}

/** True for the AWS SDK's warning about the version of Node. */
export function isAwsVersionWarning({ message }: Error): boolean {
  return message.startsWith('NodeVersionSupportWarning: The AWS SDK')
}

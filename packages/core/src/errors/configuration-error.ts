import type { Problem } from './problem.ts'
import { VerifullError } from './verifull-error.ts'

/**
 * The settings are wrong: fix the named parameters; trying again does not help.
 *
 * All problems are listed, in the message and as data. `code` is `CONFIGURATION`.
 */
export class ConfigurationError extends VerifullError {
  declare readonly code: 'CONFIGURATION'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[], cause?: unknown) {
    super('ConfigurationError', 'CONFIGURATION', listed(problems.map((problem) => problem.message)), cause)
    this.problems = problems
  }
}

/** One message as it is; several as a numbered list. */
export function listed(messages: readonly string[]): string {
  if (messages.length === 1) return messages[0] ?? ''
  return [
    `${messages.length} problems with the connection settings:`,
    ...messages.map((m, i) => `  ${i + 1}. ${m}`),
  ].join('\n')
}

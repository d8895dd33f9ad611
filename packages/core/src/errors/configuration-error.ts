import type { Finding } from './finding.ts'
import { VerifullError } from './verifull-error.ts'

/**
 * The settings are wrong: fix the named parameters; a retry does not help.
 *
 * All problems are listed, in the message and in `problems`. `code` is `CONFIGURATION`.
 */
export class ConfigurationError extends VerifullError {
  override readonly code = 'CONFIGURATION'
  /** Every problem, in the order of the message. */
  readonly problems: readonly Finding[]

  /** @param notes Lines that follow the problems. */
  constructor(problems: readonly Finding[], cause?: unknown, notes: readonly string[] = []) {
    const message = listed(
      problems.map((problem) => problem.message),
      notes,
    )
    super('ConfigurationError', 'CONFIGURATION', message, cause)
    this.problems = problems
  }
}

/** Returns one message as it is, several as a numbered list, and below them one line for each note. */
export function listed(messages: readonly string[], notes: readonly string[] = []): string {
  const list =
    messages.length === 1
      ? messages
      : [`${messages.length} problems with the connection settings:`, ...messages.map((m, i) => `  ${i + 1}. ${m}`)]
  return [...list, ...notes.map((note) => `note: ${note}`)].join('\n')
}

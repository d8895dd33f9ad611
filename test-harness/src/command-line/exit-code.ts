import { CommanderError } from 'commander'
import { UsageError } from './usage-error.ts'

/** Runs a program and sets its exit code: the number that it resolves with, or 2 for wrong usage. */
export function endWith(program: () => Promise<number>): void {
  // A reader that goes (`| head`) ends the output, and is no failure.
  process.stdout.on('error', () => {})
  program()
    .catch((error: unknown) => {
      // Commander has printed the message.
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
      if (error instanceof UsageError) process.stderr.write(`error: ${error.message}\n`)
      else console.error(error)
      return 2
    })
    .then((code) => {
      process.exitCode = code
    })
}

import { CommanderError } from 'commander'
import { UsageError } from './usage-error.ts'

/** Runs a program; its exit code is what it resolves with, or 2 where it was asked for wrongly. */
export function endWith(program: () => Promise<number>): void {
  program()
    .catch((error: unknown) => {
      // Commander has said what there is to say.
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
      if (error instanceof UsageError) process.stderr.write(`error: ${error.message}\n`)
      else console.error(error)
      return 2
    })
    .then((code) => {
      process.exitCode = code
    })
}

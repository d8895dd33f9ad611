import { CommanderError } from 'commander'
import { readChoice } from './choice.ts'
import { conformance } from './conformance.ts'
import { requirementList } from './requirement-list.ts'
import { UsageError } from './usage-error.ts'

/** Runs the program; resolves with its exit code: 0 all passes, 1 something does not, 2 it was asked for wrongly. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const choice = readChoice(args)
    if (!choice.list) return await conformance(choice)
    process.stdout.write(`${requirementList()}\n`)
    return 0
  } catch (error) {
    // Commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`error: ${error.message}\n`)
    return 2
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error)
    process.exitCode = 2
  },
)

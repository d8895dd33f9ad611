import { readArguments } from './arguments.ts'
import { conformance } from './conformance.ts'
import { endWith } from './exit-code.ts'
import { requirementList } from './requirement-list.ts'

/** Resolves with the exit code: 0 if all pass, else 1. */
async function main(args: readonly string[]): Promise<number> {
  const choice = readArguments(args)
  if (!choice.list) return await conformance(choice)
  process.stdout.write(`${requirementList()}\n`)
  return 0
}

endWith(() => main(process.argv.slice(2)))

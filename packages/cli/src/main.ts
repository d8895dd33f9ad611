import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import type { CommandEntry } from './command.ts'
import { COMMANDS } from './commands.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { type Surroundings, surroundingsOfProcess } from './surroundings.ts'
import { UsageError } from './usage-error.ts'

/** Runs the command line of this process, and sets its exit code. */
export async function main(): Promise<void> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort(new UsageError('interrupted')))
  process.exitCode = await run(process.argv.slice(2), surroundingsOfProcess(interrupted.signal))
}

/**
 * Runs one command line.
 *
 * @param words The words after the program's name.
 * @returns the exit code; nothing is thrown.
 */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  const program = new Command('verifull')
    .description('Secure PostgreSQL connections: see them, check them, use them.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
    })
  const called = words.find((word) => !word.startsWith('-'))
  for (const entry of COMMANDS) {
    const command = entry.name === called ? await made(entry) : new Command(entry.name).description(entry.summary)
    program.addCommand(command.copyInheritedSettings(program))
  }
  try {
    await program.parseAsync(words, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    if (!(error instanceof UsageError)) throw error
    surroundings.stderr.write(`verifull: ${error.message}\n`)
    return EXIT.usage
  }

  async function made({ load }: CommandEntry): Promise<Command> {
    const make = await load()
    return make(surroundings, (given) => {
      code = given
    })
  }
}

function version(): string {
  return createRequire(__filename)('../package.json').version
}

import { Command, CommanderError } from 'commander'
import type { CommandEntry } from './command.ts'
import { COMMANDS } from './commands.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { helpIn } from './help.ts'
import { type Surroundings, surroundingsOfProcess } from './surroundings.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/** Runs the command line of this process, and sets its exit code. */
export async function main(): Promise<void> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort(new UsageError('interrupted')))
  process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    // The reader went (`| head`), or the terminal closed: nobody is left to tell.
    if (code === 'EPIPE' || code === 'EIO') return
    process.stderr.write(`verifull: stdout cannot be written (${code})\n`)
    process.exitCode = EXIT.usage
  })
  process.stderr.on('error', () => {})
  const code = await run(process.argv.slice(2), surroundingsOfProcess(interrupted.signal))
  process.exitCode ??= code
}

/**
 * Runs one command line.
 *
 * @param words The words after the program's name.
 * @returns the exit code; nothing is thrown.
 */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  try {
    const program = await programOf(
      COMMANDS.filter(({ name }) => name === calledIn(words)),
      surroundings,
      (given) => {
        code = given
      },
    )
    await program.parseAsync(words, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    surroundings.stderr.write(`verifull: ${await lineOf(error, surroundings)}\n`)
    if (surroundings.signal.aborted) return EXIT.interrupted
    return error instanceof UsageError ? EXIT.usage : EXIT.unchecked
  }
}

/**
 * Makes the program with all commands.
 *
 * @param loaded The commands whose modules are loaded; of the others only name and summary are there.
 */
export async function programOf(
  loaded: readonly CommandEntry[],
  surroundings: Surroundings,
  done: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command('verifull')
    .description('Secure PostgreSQL connections: see them, check them, use them.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(npx verifull --help lists commands, npx verifull COMMAND --help its options)')
    .addHelpText('after', FOOTER)
    .configureHelp(helpIn(surroundings.columns))
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
      getOutHelpWidth: () => surroundings.columns,
      getErrHelpWidth: () => surroundings.columns,
    })
  for (const entry of COMMANDS) {
    const command = loaded.includes(entry)
      ? (await entry.load())(surroundings, done, COMMANDS)
      : new Command(entry.name).description(entry.summary)
    program.addCommand(command.copyInheritedSettings(program))
  }
  return program
}

const FOOTER = `
Examples:
  # the connection that the settings of this shell make
  npx verifull explain
  # options and examples of one command
  npx verifull explain --help

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or
settings that cannot be read, 3 something could not be checked.`

/** The command that is called, or that help is asked about. */
function calledIn(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'))
  return first === 'help' ? second : first
}

async function lineOf(error: unknown, { environment, signal }: Surroundings): Promise<string> {
  if (signal.aborted) return 'interrupted'
  if (error instanceof UsageError) return error.message
  const { redacted } = await import('@verifull/core/adapter')
  const shown = redacted(error)
  if (environment.VERIFULL_DEBUG && shown instanceof Error) return String(shown.stack)
  const text = shown instanceof Error ? shown.message : String(shown)
  return `unexpected error: ${text.split('\n')[0]}; VERIFULL_DEBUG=1 shows its stack`
}

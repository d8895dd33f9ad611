import type { Readable, Writable } from 'node:stream'

/** Everything that a command takes from the process it runs in; tests give their own. */
export interface Surroundings {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** Working directory, to which relative paths refer. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Columns of the terminal; 80 if stdout is none. */
  readonly columns: number
  /** True if stdout shows colours: a terminal or FORCE_COLOR, and no NO_COLOR; `--color` and `--no-color` override it. */
  readonly colour: boolean
  /** True if progress may be shown on stderr: a terminal. */
  readonly interactive: boolean
  /** Aborts when the user interrupts the command. */
  readonly signal: AbortSignal
}

/** The surroundings of this process. */
export function surroundingsOfProcess(signal: AbortSignal): Surroundings {
  const { stdin, stdout, stderr, env } = process
  return {
    stdin,
    stdout,
    stderr,
    folder: process.cwd(),
    environment: env,
    // A terminal that tells no size has 0 columns.
    columns: (stdout.isTTY && stdout.columns) || 80,
    colour: isColourful(env, stdout.isTTY),
    interactive: stderr.isTTY && env.TERM !== 'dumb' && !env.CI,
    signal,
  }
}

/** As Node decides for its own output: FORCE_COLOR is stronger than NO_COLOR. */
function isColourful(
  { FORCE_COLOR: forced, NO_COLOR: none, TERM: kind }: NodeJS.ProcessEnv,
  isTerminal: boolean,
): boolean {
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTerminal && !none && kind !== 'dumb'
}

import type { Writable } from 'node:stream'

/** Everything that a command takes from the process it runs in; tests give their own. */
export interface Surroundings {
  readonly stdout: Writable
  readonly stderr: Writable
  /** Working directory, to which relative paths refer. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Columns of the terminal; 80 if stdout is none. */
  readonly columns: number
  /** True if stdout shows colours: a terminal, and neither NO_COLOR nor `--no-color`. */
  readonly colour: boolean
  /** True if progress may be shown on stderr: a terminal. */
  readonly interactive: boolean
  /** Aborts when the user interrupts the command. */
  readonly signal: AbortSignal
}

/** The surroundings of this process. */
export function surroundingsOfProcess(signal: AbortSignal): Surroundings {
  const { stdout, stderr, env } = process
  return {
    stdout,
    stderr,
    folder: process.cwd(),
    environment: env,
    columns: stdout.isTTY ? stdout.columns : 80,
    colour: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
    interactive: stderr.isTTY && env.TERM !== 'dumb',
    signal,
  }
}

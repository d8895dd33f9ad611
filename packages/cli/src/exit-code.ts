/** Exit codes of every command. */
export const EXIT = {
  /** Nothing at or above `--fail-on`. */
  ok: 0,
  /** Findings at or above `--fail-on`. */
  findings: 1,
  /** Wrong usage, or settings that cannot be read. */
  usage: 2,
  /** Something could not be checked: a network, a secret store, a file that cannot be read or parsed. */
  unchecked: 3,
  /** Interrupted by SIGINT, as shells count it. */
  interrupted: 130,
} as const

/** One of {@link EXIT}, or the exit code of a child process. */
export type ExitCode = number

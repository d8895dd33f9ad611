import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { finished } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import type { ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'
import { strikingOut } from './struck-out.ts'

/** Exit codes of shells for a program that cannot be started. */
const NOT_EXECUTABLE = 126
const NOT_FOUND = 127

/** Time in which output that is left is read after the child has ended, in milliseconds: a child of its own may hold the pipe. */
const LAST_OUTPUT_MS = 2000

/** Signals that are passed on to the child. A terminal sends the first two to the child itself. */
const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** A program to run, and the secrets that its output must not show. */
export interface ChildRequest {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
}

/**
 * Runs a program to its end, with its output passed through and secrets struck out. On a terminal the program has the
 * terminal itself, and nothing is struck out.
 *
 * @returns its exit code, 128 and the signal's number if a signal ended it, 127 if there is no such program, 126 if it
 * cannot be executed.
 */
export async function runChild(
  { command, environment, secrets }: ChildRequest,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const [program = '', ...words] = command
  const { stdout, stderr, folder } = surroundings
  const hasTerminal = stdout === process.stdout && process.stdin.isTTY === true && process.stdout.isTTY === true
  const child = spawn(program, words, {
    cwd: folder,
    env: environment,
    stdio: hasTerminal ? 'inherit' : ['inherit', 'pipe', 'pipe'],
  })
  const failure = new Promise<ExitCode>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const code = failedStart(error)
      if (code === undefined) return reject(new UsageError(`${program} cannot be started (${error.code})`))
      const why = code === NOT_FOUND ? 'is not a program that can be found in PATH' : 'cannot be executed'
      stderr.write(`verifull: ${program} ${why}\n`)
      resolve(code)
    })
  })
  const forwarded = SIGNALS.slice(process.stdin.isTTY ? 2 : 0)
  const kept = process.stdin.isTTY ? SIGNALS.slice(0, 2) : []
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  const stay = () => {}
  for (const signal of forwarded) process.on(signal, forward)
  for (const signal of kept) process.on(signal, stay)
  const outputs = [
    [child.stdout, stdout],
    [child.stderr, stderr],
  ] as const
  const passed = outputs.flatMap(([from, to]) => {
    if (!from) return []
    const passing = from.pipe(strikingOut(secrets))
    passing.pipe(to, { end: false })
    // A reader that goes ends the child as it would without us: its next write fails.
    to.once('error', () => {
      from.destroy()
      passing.destroy()
    })
    return [finished(passing, { writable: false }).catch(() => {})]
  })
  const ended = new Promise<ExitCode>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
  try {
    const code = await Promise.race([ended, failure])
    const enough = new AbortController()
    const late = setTimeout(LAST_OUTPUT_MS, undefined, { signal: enough.signal }).catch(() => {})
    await Promise.race([Promise.all(passed), late])
    enough.abort()
    return code
  } finally {
    for (const signal of forwarded) process.off(signal, forward)
    for (const signal of kept) process.off(signal, stay)
  }
}

function failedStart({ code }: NodeJS.ErrnoException): ExitCode | undefined {
  if (code === 'ENOENT') return NOT_FOUND
  return code === 'EACCES' || code === 'ENOEXEC' || code === 'EPERM' ? NOT_EXECUTABLE : undefined
}

import { checkedSettings, checkFunction, wrongArgument } from '../errors/argument.ts'
import { backoffMs } from '../time/backoff.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'
import { sleep } from '../time/sleep.ts'
import { safeToRetry } from './safe-to-retry.ts'

const DEFAULT_MS = 10_000
/** A shorter time is most likely meant in seconds. */
const LEAST_MS = 100
const FIRST_PAUSE_MS = 25
const LONGEST_PAUSE_MS = 1_000

/** Limits of {@link withRetry}. */
export interface RetrySettings {
  /** Time from the start in which the work may be run again, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number
  /** Ends the retries when it aborts, with the last error of the work. */
  readonly signal?: AbortSignal
}

/**
 * Runs work again while it fails with an error that is {@link safeToRetry}, with jittered pauses of at most a second.
 *
 * The work is one statement or one whole transaction, from BEGIN to COMMIT, and has no effect beyond the database: it may be
 * run several times, and what it computes from earlier reads must be read again. It is not run again after an error that
 * leaves its outcome unknown, such as a connection that was lost during COMMIT, and a run that has begun is not interrupted.
 *
 * @param work Called for each run.
 * @throws the last error of the work; {@link ConfigurationError} `CONFIGURATION` for arguments that cannot be used.
 *
 * @example
 * let runs = 0
 * const name = await withRetry(async () => {
 *   if (++runs < 3) throw Object.assign(new Error('could not serialize access'), { code: '40001' })
 *   return 'saved'
 * })
 * console.log(name, runs) // saved 3
 */
export async function withRetry<Result>(work: () => Promise<Result>, settings: RetrySettings = {}): Promise<Result> {
  checkFunction(work, 'withRetry', 'work')
  const { timeoutMs = DEFAULT_MS, signal = new AbortController().signal } = checkedSettings(settings, 'withRetry', {
    timeoutMs: 'any',
    signal: 'any',
  })
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= LEAST_MS && timeoutMs <= LONGEST_TIMER_MS)) {
    const range = `must be a number of milliseconds from ${LEAST_MS} to ${LONGEST_TIMER_MS}`
    throw wrongArgument('withRetry', 'timeoutMs', `${range}, not ${String(timeoutMs)}; for 10 s write 10000`)
  }
  if (!(signal instanceof AbortSignal)) throw wrongArgument('withRetry', 'signal', 'must be an AbortSignal')
  const until = performance.now() + timeoutMs
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      const pauseMs = backoffMs(failures, LONGEST_PAUSE_MS, FIRST_PAUSE_MS)
      if (signal.aborted || !safeToRetry(error) || performance.now() + pauseMs > until) throw error
      await sleep(pauseMs, signal).catch(() => Promise.reject(error))
    }
  }
}

import type { Endpoints } from '../endpoints/endpoints.ts'
import { ConnectError, type FailedAttempt } from '../errors/connect-error.ts'
import type { Profile } from '../profile/profile.ts'
import { backoffMs } from '../time/backoff.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Dialed } from './dialed.ts'
import { isTransientRound } from './transient.ts'
import { waitsFor } from './waits-for.ts'

/** Pause after the first round, in ms, and the longest one. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 500
/** Time left for the last round on a busy machine, in ms or as a share of the deadline if that is less: its error says more than a time-out. */
const LAST_ROUND_MS = 500
const LAST_ROUND_SHARE = 0.25

/** A search for a server that is repeated. */
export interface Rounds {
  readonly profiles: readonly Profile[]
  readonly endpoints: Endpoints
  readonly log: AttemptLog
  /** Limit for the whole search, in milliseconds. */
  readonly deadlineMs: number
  /** Errors of the rounds so far. */
  readonly told: RoundErrors
}

/**
 * Runs `round`, and again after a pause while its failure may be over soon and time is left.
 *
 * @throws the error of the last round in which a server was tried; `CIRCUIT_OPEN` if none was.
 */
export async function inRounds(plan: Rounds, signal: AbortSignal, round: () => Promise<Dialed>): Promise<Dialed> {
  const began = performance.now()
  const { told } = plan
  for (let rounds = 1; ; rounds++) {
    try {
      return await round()
    } catch (error) {
      if (signal.aborted) throw error
      told.add(error, plan.log.failures)
      const waited = performance.now() - began
      const left = patienceMs(plan, error) - waited
      if (left <= 0) throw rounds === 1 ? error : repeated(told.best, rounds, waited)
      await plan.endpoints.mayHaveChanged(Math.min(left, pauseMs(plan, rounds)), signal)
      plan.log.restart()
    }
  }
}

/** Returns the pause after a round. It outlasts those of the servers, so that all of them are tried in the next round. */
function pauseMs({ endpoints, log }: Rounds, rounds: number): number {
  const ofServers = log.failures.map(({ host, port, address }) =>
    address === undefined ? 0 : endpoints.at({ host, port }, address).pauseMs,
  )
  return Math.max(backoffMs(rounds, LONGEST_PAUSE_MS, FIRST_PAUSE_MS), ...ofServers)
}

/** The errors of rounds, of which the one that says most is thrown. */
export class RoundErrors {
  /** The latest error of a round that tried every server, else of one that tried any, else of any round. */
  best: unknown
  #tried = -1

  add(error: unknown, attempts: readonly FailedAttempt[]): void {
    const skipped = attempts.filter(({ code }) => code === 'CIRCUIT_OPEN').length
    const tried = skipped === 0 ? 2 : skipped < attempts.length ? 1 : 0
    if (tried < this.#tried) return
    this.#tried = tried
    this.best = error
  }
}

/** Returns the time from the beginning of the search in which rounds may begin; 0 to fail at once. */
function patienceMs({ profiles, endpoints, log, deadlineMs }: Rounds, error: unknown): number {
  if (!isTransientRound(error)) return 0
  const waiting = profiles.filter((profile) => log.failures.some((tried) => waitsFor(profile, endpoints, tried)))
  const most = Math.max(0, ...waiting.map(({ failoverTimeoutMs }) => failoverTimeoutMs))
  return Math.min(most, deadlineMs - Math.min(LAST_ROUND_MS, deadlineMs * LAST_ROUND_SHARE))
}

/** Adds the wait to an error of ours; a server's own error stays as drivers know it. */
function repeated(error: unknown, rounds: number, waitedMs: number): unknown {
  if (error instanceof ConnectError) {
    error.addNote(
      `tried ${rounds} times in ${(waitedMs / 1000).toFixed(1)} s; settings.failoverTimeoutMs (DB_FAILOVER_TIMEOUT) limits this wait, and 0 fails at once`,
    )
  }
  return error
}

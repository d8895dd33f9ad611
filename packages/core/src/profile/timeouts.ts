import type { Merged } from '../merge/merge.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'

const DEFAULT_MS = 10_000
/** Shortest `connect_timeout`: libpq raises one second to two. */
const LEAST_MS = 2_000

/** The limits of one connection, in milliseconds. */
export interface Timeouts {
  /** Limit for each address; 0 for none of its own. */
  readonly connectTimeoutMs: number
  /** Limit for all hosts together; never 0. */
  readonly deadlineMs: number
  /** Longest wait for a server that is away, within the deadline; 0 for none. */
  readonly failoverTimeoutMs: number
}

/**
 * Resolves the limits: `connect_timeout` (seconds, libpq) for each address, the pool's connection timeout for the whole.
 *
 * Default: ten seconds for the whole, shared by the hosts, so that the first cannot use up the time of the second. A longer
 * `failoverTimeoutMs` lengthens the whole, and not the share of a host.
 */
export function timeoutsOf(
  { values, pool, failoverTimeoutMs }: Pick<Merged, 'values' | 'pool' | 'failoverTimeoutMs'>,
  hosts: number,
): Timeouts {
  const seconds = values.connect_timeout?.value
  const each = seconds !== undefined && seconds > 0 ? Math.min(LONGEST_TIMER_MS, Math.max(LEAST_MS, seconds * 1000)) : 0
  const whole = pool.connectionTimeoutMillis?.value
  const baseMs = Math.min(LONGEST_TIMER_MS, whole ? beforeDriver(whole) : Math.max(DEFAULT_MS, each * hosts))
  const shared = hosts > 1 && seconds === undefined ? Math.max(1, Math.floor(baseMs / hosts)) : each
  const deadlineMs = whole ? baseMs : Math.max(baseMs, failoverTimeoutMs?.value ?? 0)
  return { connectTimeoutMs: shared, deadlineMs, failoverTimeoutMs: failoverTimeoutMs?.value ?? deadlineMs }
}

/** A limit slightly shorter than the driver's own timer, so that the error with the phase is the one shown. */
function beforeDriver(milliseconds: number): number {
  const little = Math.max(milliseconds * 0.05, Math.min(50, milliseconds / 2))
  return Math.max(1, Math.floor(milliseconds - little))
}

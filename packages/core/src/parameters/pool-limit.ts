import { LONGEST_TIMER_MS } from '../time/deadline.ts'

/** The limits of a pool under pg's names where it has them, with the highest value of each. */
export const POOL_LIMITS = {
  min: 2 ** 31 - 1,
  max: 2 ** 31 - 1,
  instances: 2 ** 31 - 1,
  connectionTimeoutMillis: LONGEST_TIMER_MS,
  idleTimeoutMillis: LONGEST_TIMER_MS,
  maxLifetimeSeconds: Math.floor(LONGEST_TIMER_MS / 1000),
  maxWaiting: 2 ** 31 - 1,
  leakDetectionMs: LONGEST_TIMER_MS,
} as const

/** A limit of the pool under pg's name. */
export type PoolLimit = keyof typeof POOL_LIMITS

/** Returns the lowest and the highest value of a limit. */
export function rangeOf(limit: PoolLimit): readonly [number, number] {
  return [limit === 'instances' ? 1 : 0, POOL_LIMITS[limit]]
}

/** True for a limit that counts connections, processes or checkouts; the others are times. */
export function isCount(limit: PoolLimit): boolean {
  return limit === 'min' || limit === 'max' || limit === 'instances' || limit === 'maxWaiting'
}

import { type Problem, problemWith } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import type { PolicyName } from '../policy/policies.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'
import { poolLimits } from './pool-limits.ts'

/** The limits of a pool in pg's words, every default filled in; an adapter renames them. */
export interface PoolOptions {
  /** Absent if none is configured: pg keeps a process alive as long as there is a connection that it may not close. */
  readonly min?: number
  readonly max: number
  readonly connectionTimeoutMillis: number
  readonly idleTimeoutMillis: number
  /** Absent if connections have no longest life. */
  readonly maxLifetimeSeconds?: number
  /** Checkouts that may wait; absent if any number may. */
  readonly maxWaiting?: number
  /** Age of a checkout that counts as a leak; absent if none is looked for. */
  readonly leakDetectionMs?: number
}

/** Default limit of a checkout, in milliseconds. */
const CHECKOUT_MS = 15_000
/** Time that a checkout has beyond a configured wait for a server that is away, in milliseconds. */
const BEYOND_FAILOVER_MS = 5_000

/** Fills the limits in: `max` by the policy, 15 s to wait for a connection or more for a longer failover, 30 s of idling. */
export function poolOptionsOf(
  { pool, failoverTimeoutMs }: Pick<Merged, 'pool' | 'failoverTimeoutMs'>,
  policy: PolicyName,
): PoolOptions {
  const checkoutMs = Math.max(CHECKOUT_MS, (failoverTimeoutMs?.value ?? 0) + BEYOND_FAILOVER_MS)
  const { min, max, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds, maxWaiting, leakDetectionMs } = pool
  return {
    ...(min && { min: min.value }),
    max: max?.value ?? Math.max(poolLimits(policy).max, min?.value ?? 0),
    connectionTimeoutMillis: connectionTimeoutMillis?.value ?? Math.min(LONGEST_TIMER_MS, checkoutMs),
    idleTimeoutMillis: idleTimeoutMillis?.value ?? 30_000,
    ...(maxLifetimeSeconds && { maxLifetimeSeconds: maxLifetimeSeconds.value }),
    ...(maxWaiting && { maxWaiting: maxWaiting.value }),
    ...(leakDetectionMs?.value && { leakDetectionMs: leakDetectionMs.value }),
  }
}

/** Finds limits that contradict each other. Libraries differ in what they make of them. */
export function* contradictoryLimits({
  pool: { min, max, connectionTimeoutMillis: checkout },
  failoverTimeoutMs: failover,
}: Pick<Merged, 'pool' | 'failoverTimeoutMs'>): Generator<Problem> {
  if (max?.value === 0) {
    const message = `pool.max=0 (from ${max.source}) lends no connection, and pg would make it 10; write 1 or more, or leave it out for the default of the policy`
    yield problemWith('pool.max', message)
  } else if (min && max && min.value > max.value) {
    const [least, most] = [`pool.min=${min.value} (from ${min.source})`, `pool.max=${max.value} (from ${max.source})`]
    yield problemWith('pool.min', `${least} is above ${most}; lower the one or raise the other`)
  }
  if (failover && checkout?.value && failover.value > checkout.value) {
    const wait = `failoverTimeoutMs=${failover.value} (from ${failover.source})`
    const limit = `pool.connectionTimeoutMillis=${checkout.value} (from ${checkout.source})`
    yield problemWith(
      'failoverTimeoutMs',
      `${wait} is longer than ${limit}, which ends that wait; lower the one or raise the other`,
    )
  }
}

/** Limits of 0 that let a checkout wait without an end, in words. */
export function endlessWaits({ pool: { connectionTimeoutMillis: wait } }: Pick<Merged, 'pool'>): readonly string[] {
  return wait?.value === 0 ? [`pool.connectionTimeoutMillis=0 (from ${wait.source})`] : []
}

import { type Problem, problemWith } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import type { PolicyName } from '../policy/policies.ts'
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
}

/** Fills the limits in: `max` by the policy, 15 s to wait for a connection, 30 s of idling. */
export function poolOptionsOf({ pool }: Pick<Merged, 'pool'>, policy: PolicyName): PoolOptions {
  const { min, max, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds } = pool
  return {
    ...(min && { min: min.value }),
    max: max?.value ?? Math.max(poolLimits(policy).max, min?.value ?? 0),
    connectionTimeoutMillis: connectionTimeoutMillis?.value ?? 15_000,
    idleTimeoutMillis: idleTimeoutMillis?.value ?? 30_000,
    ...(maxLifetimeSeconds && { maxLifetimeSeconds: maxLifetimeSeconds.value }),
  }
}

/** Finds limits that contradict each other. Libraries differ in what they make of them. */
export function* contradictoryLimits({ pool: { min, max } }: Pick<Merged, 'pool'>): Generator<Problem> {
  if (!min || !max?.value || min.value <= max.value) return
  const [least, most] = [`pool.min=${min.value} (from ${min.source})`, `pool.max=${max.value} (from ${max.source})`]
  yield problemWith('pool.min', `${least} is above ${most}; lower the one or raise the other`)
}

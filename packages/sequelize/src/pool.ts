import type { PoolOptions } from '@verifull/core'
import { attestationOf } from '@verifull/pg'

type Validate = (connection?: unknown) => boolean
type Client = Parameters<typeof attestationOf>[0] & { readonly _invalid?: boolean; readonly _ending?: boolean }

/** Returns the limits under Sequelize's names, over the user's other pool options. */
export function poolOf(limits: PoolOptions, given: unknown) {
  const { min, max, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds } = limits
  const own = given as { readonly validate?: Validate } | undefined
  return {
    ...own,
    ...(min !== undefined && { min }),
    max,
    acquire: connectionTimeoutMillis,
    idle: idleTimeoutMillis,
    ...(maxLifetimeSeconds && { validate: youngerThan(maxLifetimeSeconds, own?.validate ?? isAlive) }),
  }
}

/** Adds a lifetime, which Sequelize's pool lacks, to its check of a connection before it is lent again. */
function youngerThan(seconds: number, isValid: Validate): Validate {
  const known = new WeakMap<Client, number>()
  return (connection) => {
    const client = connection as Client
    const since = attestationOf(client)?.establishedAt
    if (since === undefined) return isValid(connection)
    // By performance.now(): the wall clock may be set, or stand still while the machine is suspended.
    const sinceMs = known.get(client) ?? performance.now()
    known.set(client, sinceMs)
    const ageMs = Math.max(performance.now() - sinceMs, Date.now() - since.getTime())
    return ageMs < seconds * 1000 && isValid(connection)
  }
}

/** Sequelize's own check of a connection, which it makes without a `validate`. */
function isAlive(connection: unknown): boolean {
  const { _invalid, _ending } = connection as Client
  return !_invalid && !_ending
}

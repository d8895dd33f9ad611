import type { PoolOptions } from '@verifull/core'
import { attestationOf } from '@verifull/pg'

type Validate = (connection?: unknown) => boolean
type Client = Parameters<typeof attestationOf>[0] & { readonly _invalid?: boolean; readonly _ending?: boolean }

/** The limits in Sequelize's words, over what the user says of the pool beside them. */
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

/** Sequelize's pool knows no lifetime; what it asks before it lends a connection again does. */
function youngerThan(seconds: number, isValid: Validate): Validate {
  const known = new WeakMap<Client, number>()
  return (connection) => {
    const client = connection as Client
    const since = attestationOf(client)?.establishedAt
    if (since === undefined) return isValid(connection)
    // Somebody may set the clock, and the other one may have stood still while the machine was suspended.
    const sinceMs = known.get(client) ?? performance.now()
    known.set(client, sinceMs)
    const ageMs = Math.max(performance.now() - sinceMs, Date.now() - since.getTime())
    return ageMs < seconds * 1000 && isValid(connection)
  }
}

/** What Sequelize itself asks where it is given no `validate`. */
function isAlive(connection: unknown): boolean {
  const { _invalid, _ending } = connection as Client
  return !_invalid && !_ending
}

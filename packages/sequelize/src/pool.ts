import type { PoolOptions } from '@verifull/core'

/** Returns the limits under Sequelize's names, over the user's other pool options. */
export function poolOf(limits: PoolOptions, given: unknown) {
  const { min, max, connectionTimeoutMillis, idleTimeoutMillis } = limits
  return {
    ...(given as object | undefined),
    ...(min !== undefined && { min }),
    max,
    acquire: connectionTimeoutMillis,
    idle: idleTimeoutMillis,
  }
}

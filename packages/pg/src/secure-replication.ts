import { deferring, isOfAnotherEnvironment, resolveProfile, type Settings } from '@verifull/core/adapter'
import type { PoolConfig } from 'pg'
import { configFor, type SecureConfig } from './secure-config.ts'

/** The result of {@link secureReplication}. */
export interface SecureReplication {
  /** Configuration for the primary. */
  readonly write: SecureConfig
  /**
   * Configuration for the replicas, to which connections go in turn, to the next one if one is away, and to the primary if
   * all are; undefined without replicas.
   */
  readonly read: SecureConfig | undefined
}

/**
 * Returns two configurations of one call, one for writing and one for reading, each server verified under its own name.
 *
 * Replicas come from `settings.replicas`, else `DATABASE_READ_URL`, else `DB_READ_REPLICA_HOST`; everything else is as
 * with {@link secureConfig}. A read may be older than the write before it: the standby follows the primary.
 *
 * @throws the errors of {@link secureConfig}, with the name of the replica.
 *
 * @example
 * import pg from 'pg'
 * import { secureReplication } from '@verifull/pg'
 *
 * const { write, read = write } = secureReplication({ max: 20 })
 * const primary = new pg.Pool(write)
 * const standby = new pg.Pool(read)
 * const { rows } = await standby.query('select 1 as one')
 * console.log(rows) // [ { one: 1 } ]
 * await Promise.all([primary.end(), standby.end()])
 */
export function secureReplication(options: PoolConfig = {}, settings: Settings = {}): SecureReplication {
  return deferring(isOfAnotherEnvironment(settings), () => {
    const resolution = resolveProfile({ options, settings })
    const { profile, replicas } = resolution
    return {
      write: configFor([profile], resolution, settings),
      read: replicas.length > 0 ? configFor(replicas, resolution, settings) : undefined,
    }
  })
}

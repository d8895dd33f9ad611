import { deferring, isOfAnotherEnvironment, type Settings } from '@verifull/core/adapter'
import type { Knex } from 'knex'
import { configFor, type SecureConfig } from './secure-config.ts'
import { resolveProfile } from './sources.ts'

/** The result of {@link secureReplication}. */
export interface SecureReplication<Options extends object = object> {
  /** Configuration for the primary. */
  readonly write: SecureConfig<Options>
  /**
   * Configuration for the replicas, to which connections go in turn, to the next one if one is away, and to the primary if
   * all are; undefined without replicas.
   */
  readonly read: SecureConfig<Options> | undefined
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
 * import knex from 'knex'
 * import { secureReplication } from '@verifull/knex'
 *
 * const replica = { host: 'db.example', hostaddr: '127.0.0.1', port: Number(process.env.PGPORT) }
 * const { write, read } = secureReplication({ pool: { max: 20 } }, { replicas: [replica] })
 * const [primary, standby] = [knex(write), knex(read ?? write)]
 * console.log(await standby.select(standby.raw('1 as one'))) // [ { one: 1 } ]
 * await Promise.all([primary.destroy(), standby.destroy()])
 */
export function secureReplication<Options extends object = object>(
  options?: string | (Options & Knex.Config),
  settings?: Settings,
): SecureReplication<Options> {
  return deferring(isOfAnotherEnvironment(settings), () => {
    const resolution = resolveProfile({ options, settings })
    const { profile, replicas } = resolution
    return {
      write: configFor<Options>(profile, resolution, settings),
      read: replicas.length > 0 ? configFor<Options>(replicas, resolution, settings) : undefined,
    }
  })
}

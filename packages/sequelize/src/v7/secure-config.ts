import { PostgresDialect } from '@sequelize/postgres'
import { deferring, isOfAnotherEnvironment, type Settings } from '@verifull/core/adapter'
import { disposable, placeholderHost, rememberSettings, securedAgain, shownTarget } from '@verifull/pg'
import { driverFor } from '../driver.ts'
import { changesIn, nameOf7 } from '../laid-over.ts'
import { poolOf } from '../pool.ts'
import { shownReplicas } from '../shown-replicas.ts'
import { close } from './close.ts'
import type { SecureConfig, SequelizeOptions } from './sequelize-options.ts'
import { resolveProfile } from './sources.ts'

/**
 * Returns the options of a Sequelize 7 that connects with TLS and verifies the server.
 *
 * Synchronous and without network. Options that concern the connection (`url`, `host`, `user`, `ssl`, `replication` …) are
 * read as settings and not passed on; every other option is.
 * Settings come from, strongest first: `settings`, `options`, their URL or `DATABASE_URL`, `DB_*`, the service file,
 * `PG*`. Without a named mode, it is `verify-full`. Reads go to the replicas, if any are named, and each is verified
 * under its own name.
 *
 * @param options Options of Sequelize, or a URL; those that an application has can stay as they are.
 * @param settings Settings in code, the strongest source. Usually left out, because the environment has them all.
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` if only the policy
 *   refuses the settings.
 *
 * @example
 * import { QueryTypes, Sequelize } from '@sequelize/core'
 * import { secureConfig } from '@verifull/sequelize/v7'
 *
 * const sequelize = new Sequelize(secureConfig({ logging: false }))
 * console.log(await sequelize.query('select 1 as one', { type: QueryTypes.SELECT })) // [ { one: 1 } ]
 * await sequelize.close()
 */
export function secureConfig<Extra extends object = object>(
  options?: string | (SequelizeOptions & Extra),
  settings: Settings = {},
): SecureConfig<Extra> {
  return deferring(isOfAnotherEnvironment(settings), () => configOf<Extra>(options, settings))
}

function configOf<Extra extends object>(options: string | object | undefined, settings: Settings): SecureConfig<Extra> {
  const given = (typeof options === 'object' && options) || {}
  const { pgModule: secured } = given as { readonly pgModule?: unknown }
  const again = securedAgain(given, secured, (servers) => changesIn(given, servers, nameOf7), settings)
  if (again) return disposable(again as unknown as SecureConfig<Extra>, close)
  const { profile, replicas, pool, rest } = resolveProfile({ options, settings })
  const driver = driverFor(profile, replicas, nameOf7, pool)
  rememberSettings(driver, settings)
  const { port, user, database } = shownTarget([profile])
  const config = {
    ...rest,
    dialect: PostgresDialect,
    pgModule: driver,
    // The host only selects among the servers of the driver.
    host: placeholderHost(),
    port,
    user,
    database,
    ...(replicas.length > 0 && {
      replication: { read: shownReplicas(replicas) },
    }),
    pool: poolOf(pool, rest.pool),
  }
  return disposable(config as unknown as SecureConfig<Extra>, close)
}

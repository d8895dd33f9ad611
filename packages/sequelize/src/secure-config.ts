import { deferring, isDevelopersMachine, isOfAnotherEnvironment, type Settings } from '@verifull/core/adapter'
import { disposable, placeholderHost, rememberSettings, securedAgain, shownTarget } from '@verifull/pg'
import { close } from './close.ts'
import { driverFor } from './driver.ts'
import { changesIn, nameOf6 } from './laid-over.ts'
import { poolOf } from './pool.ts'
import type { SecureConfig, SequelizeOptions } from './sequelize-options.ts'
import { shownReplicas } from './shown-replicas.ts'
import { resolveProfile } from './sources.ts'

/**
 * Returns the options of a Sequelize 6 that connects with TLS and verifies the server.
 *
 * Synchronous and without network, so a file for sequelize-cli may export it. Options that concern the connection (`url`,
 * `host`, `username`, `ssl`, `dialectOptions.ssl`, `replication` …) are read as settings and not passed on; every other
 * option is, those of frameworks included.
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
 * import { secureConfig } from '@verifull/sequelize'
 * import { QueryTypes, Sequelize } from 'sequelize'
 *
 * const sequelize = new Sequelize(secureConfig({ logging: false }))
 * console.log(await sequelize.query('select 1 as one', { type: QueryTypes.SELECT })) // [ { one: 1 } ]
 * await sequelize.close()
 */
export function secureConfig<Extra extends object = object>(
  options?: string | (SequelizeOptions & Extra),
  settings: Settings = {},
): SecureConfig<Extra> {
  return deferring(isOfAnotherEnvironment(settings) || isUnsetHere(options, settings), () =>
    configOf<Extra>(options, settings),
  )
}

/** True for a variable of another environment that is unset on a developer's machine; sequelize-cli ignores it, too. */
function isUnsetHere(options: unknown, settings: Settings): boolean {
  const { use_env_variable: name } = (options ?? {}) as { use_env_variable?: unknown }
  return name !== undefined && isDevelopersMachine(settings) && !process.env[String(name)]
}

function configOf<Extra extends object>(options: string | object | undefined, settings: Settings): SecureConfig<Extra> {
  const given = (typeof options === 'object' && options) || {}
  const { dialectModule: secured } = given as { readonly dialectModule?: unknown }
  const again = securedAgain(given, secured, (servers) => changesIn(given, servers, nameOf6), settings)
  if (again) return disposable(again as unknown as SecureConfig<Extra>, close)
  const { profile, replicas, pool, rest } = resolveProfile({ options, settings })
  const driver = driverFor(profile, replicas, nameOf6, pool)
  rememberSettings(driver, settings)
  const { port, user, database } = shownTarget([profile])
  const config = {
    ...rest,
    dialect: 'postgres',
    dialectModule: driver,
    // The host only selects among the servers of the driver.
    host: placeholderHost(),
    port,
    username: user,
    database,
    ...(replicas.length > 0 && {
      replication: { write: {}, read: shownReplicas(replicas) },
    }),
    pool: poolOf(pool, rest.pool),
  } as const
  return disposable(config as unknown as SecureConfig<Extra>, close)
}

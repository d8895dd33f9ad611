import { deferring, isDevelopersMachine, isOfAnotherEnvironment, type Settings } from '@verifull/core/adapter'
import { placeholderHost, rememberSettings, securedAgain, shownTarget } from '@verifull/pg'
import { driverFor } from './driver.ts'
import { changesIn, nameOf6 } from './laid-over.ts'
import { poolOf } from './pool.ts'
import type { SecureConfig, SequelizeOptions } from './sequelize-options.ts'
import { shownReplicas } from './shown-replicas.ts'
import { resolveProfile } from './sources.ts'

/**
 * Gives the options of a Sequelize 6 that connects with TLS and verifies the server.
 *
 * Synchronous and without network, so a file for sequelize-cli may export it. Options that concern the connection (`url`,
 * `host`, `username`, `ssl`, `dialectOptions.ssl`, `replication` …) are read as settings and not passed on; every other
 * option is, those of frameworks included.
 * Settings come from, strongest first: `settings`, `options`, their URL or `DATABASE_URL`, `DB_*`, the service file,
 * `PG*`. Where none names a mode, it is `verify-full`. Where replicas are named, reads go to them, and each is verified
 * under its own name.
 *
 * @param options Options of Sequelize, or a URL; the existing ones of an application do.
 * @param settings Usually left out: the environment says it all.
 * @throws {@link ConfigurationError} with every problem listed, {@link PolicyError} where only the policy objects.
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

/** A variable of another environment, which is not set on a developer's machine, as sequelize-cli itself passes over it. */
function isUnsetHere(options: unknown, settings: Settings): boolean {
  const { use_env_variable: name } = (options ?? {}) as { use_env_variable?: unknown }
  return name !== undefined && isDevelopersMachine(settings) && !process.env[String(name)]
}

function configOf<Extra extends object>(options: string | object | undefined, settings: Settings): SecureConfig<Extra> {
  const given = (typeof options === 'object' && options) || {}
  const { dialectModule: secured } = given as { readonly dialectModule?: unknown }
  const again = securedAgain(given, secured, (servers) => changesIn(given, servers, nameOf6), settings)
  if (again) return again as unknown as SecureConfig<Extra>
  const { profile, replicas, pool, rest } = resolveProfile({ options, settings })
  const driver = driverFor(profile, replicas, nameOf6)
  rememberSettings(driver, settings)
  const { port, user, database } = shownTarget([profile])
  const config = {
    ...rest,
    dialect: 'postgres',
    dialectModule: driver,
    // The host only chooses among the servers of the driver.
    host: placeholderHost(),
    port,
    username: user,
    database,
    ...(replicas.length > 0 && {
      replication: { write: {}, read: shownReplicas(replicas) },
    }),
    pool: poolOf(pool, rest.pool),
  } as const
  return config as unknown as SecureConfig<Extra>
}

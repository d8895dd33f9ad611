import {
  deferring,
  isOfAnotherEnvironment,
  type Problem,
  type Profile,
  type ResolvedProfile,
  type Settings,
} from '@verifull/core/adapter'
import {
  changedTarget,
  disposable,
  placeholderHost,
  rememberDriver,
  rememberSettings,
  securedAgain,
  securePg,
  shownTarget,
} from '@verifull/pg'
import type { Knex } from 'knex'
import { close } from './close.ts'
import { dialectOf } from './dialect.ts'
import { KNEX_POOL } from './pool-protocol.ts'
import { secureDialect } from './secure-dialect.ts'
import { resolveProfile } from './sources.ts'

/** The options of `knex()`; keys that are not Knex's keep their types. */
export type SecureConfig<Options extends object = object> = Omit<Options, keyof Knex.Config> & KnexConfig

interface KnexConfig extends Knex.Config, AsyncDisposable {
  client: typeof Knex.Client
  connection: Knex.PgConnectionConfig
  pool: Knex.PoolConfig
}

/**
 * Returns the configuration of a Knex instance that connects with TLS and verifies the server.
 *
 * Synchronous and without network, so a knexfile may export it. Options that concern the connection (`connection`, `ssl`
 * …) are read as settings and not passed on; every other option is (`migrations`, `searchPath`, `pool.afterCreate` …).
 * Settings come from, strongest first: `settings`, `options`, their URL or `DATABASE_URL`, `DB_*`, the service file,
 * `PG*`. Without a named mode, it is `verify-full`.
 *
 * @param options Options of Knex, or a connection string; those that an application has can stay as they are.
 * @param settings Settings in code, the strongest source. Usually left out, because the environment has them all.
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` if only the policy
 *   refuses the settings.
 *
 * @example
 * import { secureConfig } from '@verifull/knex'
 * import knex from 'knex'
 *
 * const db = knex(secureConfig({ pool: { max: 20 } }))
 * console.log(await db.select(db.raw('1 as one'))) // [ { one: 1 } ]
 * await db.destroy()
 */
export function secureConfig<Options extends object = object>(
  options?: string | (Options & Knex.Config),
  settings?: Settings,
): SecureConfig<Options> {
  return deferring(isOfAnotherEnvironment(settings), () => {
    const given = (typeof options === 'object' && options) || {}
    const { client, connection } = given as Knex.Config
    const again = securedAgain(given, client, ({ primary }) => changesIn(connection, primary), settings)
    if (again) return disposable(again as unknown as SecureConfig<Options>, close)
    const resolution = resolveProfile({ options, settings })
    return configFor<Options>(resolution.profile, resolution, settings)
  })
}

/** Makes the configuration for connections to a server, or to any of several. */
export function configFor<Options extends object>(
  servers: Profile | readonly Profile[],
  { pool, rest, profile }: ResolvedProfile,
  settings: Settings | undefined,
): SecureConfig<Options> {
  const { client, dialect, connection, pool: others, ...kept } = rest as Partial<KnexConfig>
  const { min = 0, max, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds: _, ...limits } = pool
  const driver = securePg(servers, [], nameOf, KNEX_POOL)
  const secured = secureDialect(dialectOf(client ?? dialect), driver, { servers: [servers].flat(), limits })
  rememberDriver(secured, { primary: [servers].flat(), replicas: [], pool: KNEX_POOL })
  rememberSettings(secured, settings)
  const config = {
    ...kept,
    client: secured,
    connection: {
      ...connection,
      host: placeholderHost(),
      port: shownTarget([servers].flat()).port,
      ssl: true,
      ...(profile.database !== undefined && { database: profile.database }),
    },
    acquireConnectionTimeout: connectionTimeoutMillis,
    pool: {
      min,
      max,
      createTimeoutMillis: connectionTimeoutMillis,
      idleTimeoutMillis,
      ...others,
    },
  }
  return disposable(config as unknown as SecureConfig<Options>, close)
}

/** Returns Knex's name of an option of pg. */
function nameOf(option: string): string {
  return `connection.${option}`
}

/** Lists the changes in a connection. A function or a string cannot be read before it is used. */
function changesIn(connection: unknown, servers: readonly Profile[]): readonly Problem[] {
  if (typeof connection === 'object') return changedTarget(connection, servers, nameOf)
  return changedTarget({ connection }, servers)
}

import {
  ConfigurationError,
  deferring,
  isOfAnotherEnvironment,
  type Profile,
  problemWith,
  type Settings,
} from '@verifull/core/adapter'
import { disposable, placeholderHost, rememberSettings, securedAgain, securePg, shownTarget } from '@verifull/pg'

import { close } from './close.ts'
import { changesIn, nameOf } from './laid-over.ts'
import { resolveProfile } from './sources.ts'
import type { PostgresOptions, SecureConfig, TypeormOptions } from './typeorm-options.ts'

/**
 * Returns the options of a TypeORM `DataSource` that connects with TLS and verifies the server.
 *
 * Synchronous and without network. Options that concern the connection (`url`, `host`, `username`, `ssl`, `replication`,
 * `extra.ssl` …) are read as settings and not passed on; every other option is, those of frameworks included.
 * Settings come from, strongest first: `settings`, `options`, their URL or `DATABASE_URL`, `DB_*`, the service file,
 * `PG*`. Without a named mode, it is `verify-full`. Reads go to the replicas, if any are named, and each is verified
 * under its own name.
 *
 * @param options Options of TypeORM; those that an application has can stay as they are.
 * @param settings Settings in code, the strongest source. Usually left out, because the environment has them all.
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` if only the policy
 *   refuses the settings.
 *
 * @example
 * import { secureConfig } from '@verifull/typeorm'
 * import { DataSource } from 'typeorm'
 *
 * const db = new DataSource(secureConfig({ entities: [] }))
 * await db.initialize()
 * console.log(await db.query('select 1 as one')) // [ { one: 1 } ]
 * await db.destroy()
 */
export function secureConfig<Options extends object = object>(
  options?: Options & TypeormOptions,
  settings?: Settings,
): SecureConfig<Options>
export function secureConfig(options?: TypeormOptions, settings?: Settings): PostgresOptions & AsyncDisposable {
  return deferring(isOfAnotherEnvironment(settings), () => configOf(options, settings))
}

function configOf(
  options: TypeormOptions | undefined,
  settings: Settings | undefined,
): PostgresOptions & AsyncDisposable {
  refuseOtherDatabases(options?.type)
  const again = securedAgain(options ?? {}, options?.driver, (secured) => changesIn(options ?? {}, secured), settings)
  if (again) return disposable(again as PostgresOptions, close)
  const { profile, replicas, pool, rest } = resolveProfile({ options, settings })
  const { replication, extra, ...others }: { replication?: object; extra?: object } = rest
  const { max, connectionTimeoutMillis, ...limits } = pool
  const master = server(profile)
  const driver = securePg(profile, replicas, nameOf)
  rememberSettings(driver, settings)
  const config: PostgresOptions = {
    ...others,
    type: 'postgres',
    ...master,
    ...(replicas.length > 0 && { replication: { ...replication, master, slaves: replicas.map(server) } }),
    driver,
    poolSize: max,
    connectTimeoutMS: connectionTimeoutMillis,
    extra: { ...extra, ...limits },
  }
  return disposable(config, close)
}

/** Returns a server's options for TypeORM: the host only selects among the servers of the driver. */
function server(profile: Profile, replica?: number) {
  const { database } = profile
  const { port } = shownTarget([profile])
  return { host: placeholderHost(replica), port, ssl: true, ...(database !== undefined && { database }) }
}

function refuseOtherDatabases(type: unknown): void {
  if (type === undefined || type === 'postgres') return
  const message = `option type must be postgres, not ${JSON.stringify(type)}: with TypeORM's other drivers Verifull is not proven`
  throw new ConfigurationError([problemWith('type', message)])
}

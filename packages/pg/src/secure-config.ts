import {
  deferring,
  isOfAnotherEnvironment,
  type Profile,
  placeholderHost,
  type ResolvedProfile,
  resolveProfile,
  type Settings,
} from '@verifull/core/adapter'
import type { Client, ClientConfig, PoolConfig } from 'pg'
import { DialStream } from './dial-stream.ts'
import { securePg } from './secure-pg.ts'
import { rememberStream, securedBy } from './secured.ts'
import { rememberSettings, securedAgain } from './secured-again.ts'
import { changedTarget, PLACEHOLDER, shownTarget } from './target.ts'

/** What {@link secureConfig} gives: a configuration for `new Pool()` and for `new Client()`. */
export interface SecureConfig extends Defined<PoolConfig> {
  /** Stands for a password, and is none. */
  readonly password: string
  readonly Client: new (config?: string | ClientConfig) => Client
  readonly stream: () => DialStream
}

/** Without `| undefined`, which the options of other libraries do not take under `exactOptionalPropertyTypes`. */
type Defined<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> }

/**
 * Gives the configuration of a pg `Pool` or `Client` that connects with TLS and verifies the server.
 *
 * Synchronous and without network. Connection options (`connectionString`, `host`, `ssl`, `password` …) are read as
 * settings and not passed on; every other option (`max`, `statement_timeout`, `types` …) is.
 * Settings come from, strongest first: `settings`, `options`, their URL or `DATABASE_URL`, `DB_*`, the service file,
 * `PG*`. Where none names a mode, it is `verify-full`.
 *
 * @param options Options of pg; the existing ones of an application do.
 * @param settings Usually left out: the environment says it all.
 * @throws {@link ConfigurationError} with every problem listed, {@link PolicyError} where only the policy objects.
 *
 * @example
 * import pg from 'pg'
 * import { secureConfig } from '@verifull/pg'
 *
 * const pool = new pg.Pool(secureConfig({ max: 20 }))
 * const { rows } = await pool.query('select 1 as one')
 * console.log(rows) // [ { one: 1 } ]
 * await pool.end()
 */
export function secureConfig(options: PoolConfig = {}, settings: Settings = {}): SecureConfig {
  return deferring(isOfAnotherEnvironment(settings), () => {
    const { Client, stream } = (options ?? {}) as { readonly Client?: unknown; readonly stream?: unknown }
    const driver = securedBy(Client) ? Client : stream
    const again = securedAgain(options, driver, ({ primary }) => changedTarget(options, primary), settings)
    if (again) return again as SecureConfig
    const resolution = resolveProfile({ options, settings })
    return configFor([resolution.profile], resolution, settings)
  })
}

/** The configuration for connections to any of the servers. */
export function configFor(
  servers: readonly Profile[],
  { pool, rest }: Pick<ResolvedProfile, 'pool' | 'rest'>,
  settings: Settings,
): SecureConfig {
  const { Client } = securePg(servers)
  const stream = () => new DialStream(servers)
  rememberStream(stream, Client)
  rememberSettings(Client, settings)
  return {
    ...pool,
    ...rest,
    // All of it is given: what is left out pg takes from PGHOST, PGPORT, PGDATABASE, PGPASSWORD and PGSSLMODE.
    host: placeholderHost(),
    ...shownTarget(servers),
    // Text, not a function: MikroORM 6 calls one before it connects.
    password: PLACEHOLDER,
    // Neither true nor false, so that either is seen when it is laid over; TLS is made below the driver.
    ssl: null as unknown as false,
    sslnegotiation: 'postgres',
    Client,
    stream,
  }
}

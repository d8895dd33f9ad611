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
import { close, disposable } from './close.ts'
import { DialStream } from './dial-stream.ts'
import { securePg } from './secure-pg.ts'
import { rememberStream, securedBy } from './secured.ts'
import { rememberSettings, securedAgain } from './secured-again.ts'
import { changedTarget, PLACEHOLDER, shownTarget } from './target.ts'

/** The result of {@link secureConfig}: a configuration for `new Pool()` and for `new Client()`. */
export interface SecureConfig extends Defined<PoolConfig>, AsyncDisposable {
  /** A placeholder, not the password. */
  readonly password: string
  readonly Client: new (config?: string | ClientConfig) => Client
  readonly stream: () => DialStream
}

/**
 * The options without `| undefined`, which other libraries' options do not accept under `exactOptionalPropertyTypes`.
 */
type Defined<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> }

/**
 * Returns the configuration of a pg `Pool` or `Client` that connects with TLS and verifies the server.
 *
 * Synchronous and without network. Connection options (`connectionString`, `host`, `ssl`, `password` …) are read as
 * settings and not passed on; every other option (`max`, `statement_timeout`, `types` …) is.
 * Settings come from, strongest first: `settings`, `options`, their URL or `DATABASE_URL`, `DB_*`, the service file,
 * `PG*`. Without a named mode, it is `verify-full`.
 *
 * @param options Options of pg; those that an application has can stay as they are.
 * @param settings Settings in code, the strongest source. Usually left out, because the environment has them all.
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem listed; {@link PolicyError} `POLICY` if only the policy
 *   refuses the settings.
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
    if (again) return disposable(again as SecureConfig, close)
    const resolution = resolveProfile({ options, settings })
    return configFor([resolution.profile], resolution, settings)
  })
}

/** Makes the configuration for connections to any of the servers. */
export function configFor(
  servers: readonly Profile[],
  { pool, rest }: Pick<ResolvedProfile, 'pool' | 'rest'>,
  settings: Settings,
): SecureConfig {
  const { Client } = securePg(servers)
  const stream = () => new DialStream(servers)
  rememberStream(stream, Client)
  rememberSettings(Client, settings)
  const config: Omit<SecureConfig, keyof AsyncDisposable> = {
    ...pool,
    ...rest,
    // All of it is given: pg takes absent values from PGHOST, PGPORT, PGDATABASE, PGPASSWORD and PGSSLMODE.
    host: placeholderHost(),
    ...shownTarget(servers),
    // Text, not a function: MikroORM 6 calls a function before it connects.
    password: PLACEHOLDER,
    // Neither true nor false, so that either is detected if it is laid over; TLS is made below the driver.
    ssl: null as unknown as false,
    sslnegotiation: 'postgres',
    Client,
    stream,
  }
  return disposable(config, close)
}

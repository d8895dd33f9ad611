import {
  deferring,
  isOfAnotherEnvironment,
  type Profile,
  placeholderHost,
  type Resolution,
  resolveProfile,
  type Settings,
} from '@verifull/core'
import type { Client, ClientConfig, PoolConfig } from 'pg'
import { DialStream } from './dial-stream.ts'
import { securePg } from './secure-pg.ts'

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
    const resolution = resolveProfile({ options, settings })
    return configFor([resolution.profile], resolution)
  })
}

/** The configuration for connections to any of the servers. */
export function configFor(servers: readonly Profile[], { merged, pool, rest }: Resolution): SecureConfig {
  const database = servers[0]?.database
  return {
    ...pool,
    ...rest,
    host: placeholderHost(),
    ...(database !== undefined && { database }),
    user: merged.values.user?.value ?? 'verifull',
    // Text, not a function: MikroORM 6 calls one before it connects. Nobody is sent it; without it pg takes PGPASSWORD.
    password: 'verifull',
    ssl: false,
    sslnegotiation: 'postgres',
    Client: securePg(servers).Client,
    stream: () => new DialStream(servers),
  }
}

import { poolLimits, resolveProfile, type Settings } from '@verifull/core'
import type pg from 'pg'
import { DialStream } from './dial-stream.ts'
import { securePg } from './secure-pg.ts'

/** What {@link secureConfig} gives: a configuration for `new Pool()` and for `new Client()`. */
export interface SecureConfig extends pg.PoolConfig {
  readonly Client: new (config?: string | pg.ClientConfig) => pg.Client
  readonly stream: () => DialStream
}

/**
 * No such host exists (RFC 2606): a driver that takes neither our Client nor our stream, as pg-native does, must fail
 * rather than connect in its own way.
 */
const NO_HOST = 'only-verifull-may-connect.invalid'

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
export function secureConfig(options: pg.PoolConfig = {}, settings: Settings = {}): SecureConfig {
  const { profile, merged, rest } = resolveProfile({ options, settings })
  const { min, max } = merged.pool
  return {
    // Without a word of the user's, none: pg keeps a process alive as long as there is a connection that it may not close.
    ...(min && { min: min.value }),
    max: max?.value ?? Math.max(poolLimits(profile.policy).max, min?.value ?? 0),
    connectionTimeoutMillis: merged.pool.connectionTimeoutMillis?.value ?? 15_000,
    idleTimeoutMillis: merged.pool.idleTimeoutMillis?.value ?? 30_000,
    ...rest,
    host: NO_HOST,
    ...(profile.database !== undefined && { database: profile.database }),
    user: merged.values.user?.value ?? 'verifull',
    password: neverAsked,
    ssl: false,
    sslnegotiation: 'postgres',
    Client: securePg(profile).Client,
    stream: () => new DialStream(profile),
  }
}

/** Stands where pg would otherwise pick up PGPASSWORD; the dialer authenticates, so nobody asks. */
function neverAsked(): never {
  throw new Error('the password is asked for by Verifull, never by pg')
}

import { PG_SPELLING, type Spelling } from '@verifull/core/adapter'
import type { Knex } from 'knex'
import { connectionFunction } from './connection-function.ts'
import { dialectProblem } from './dialect.ts'
import { CONNECTION_POOL } from './secure-dialect.ts'

const NOT_CALLED =
  'it would not be called: it belongs to what a connection function gives; give connection as a function, or a provider in settings.secrets'

/**
 * Options in `connection`, which go to pg's Client: the limits of a pool have no effect there, and the time to connect
 * is the Client's.
 */
const CONNECTION: Spelling = {
  ...PG_SPELLING,
  min: 'dropped',
  max: 'dropped',
  poolSize: 'dropped',
  idleTimeoutMillis: 'dropped',
  maxLifetimeSeconds: 'dropped',
  maxWaiting: 'dropped',
  leakDetectionMs: 'dropped',
  connectionTimeoutMillis: 'untouched',
  filename: 'dropped',
  expirationChecker: { refused: NOT_CALLED },
}

const POOL: Spelling = {
  min: 'pool.min',
  max: 'pool.max',
  acquireTimeoutMillis: 'pool.connectionTimeoutMillis',
  idleTimeoutMillis: 'pool.idleTimeoutMillis',
  maxConnectionLifetimeMillis: 'maxLifetimeMillis',
  maxWaiting: 'pool.maxWaiting',
  leakDetectionMs: 'pool.leakDetectionMs',
  createTimeoutMillis: 'milliseconds',
  destroyTimeoutMillis: 'milliseconds',
  reapIntervalMillis: 'milliseconds',
  createRetryIntervalMillis: 'milliseconds',
  // Verifull's own lifetime has its jitter.
  maxConnectionLifetimeJitterMillis: 'dropped',
}

/** Knex's spelling of the options that concern the connection. */
const KNEX_SPELLING: Spelling = {
  connection: { within: CONNECTION },
  connectionPool: { refused: CONNECTION_POOL },
  pool: { within: POOL },
  acquireConnectionTimeout: 'pool.connectionTimeoutMillis',
  // Knex itself silently ignores it.
  ssl: 'ssl',
}

/** Returns the spelling of a configuration, in which unsupported options are refused. */
export function spellingFor({ client, dialect, connection, acquireConnectionTimeout, pool }: Knex.Config): Spelling {
  const problem = dialectProblem(client ?? dialect)
  return {
    ...KNEX_SPELLING,
    // Of its two names for this limit Knex takes the smaller value.
    ...(Number(acquireConnectionTimeout) > Number(pool?.acquireTimeoutMillis) && {
      acquireConnectionTimeout: 'dropped',
    }),
    ...(typeof connection === 'function' && {
      connection: { login: connectionFunction(connection, 'option connection') },
    }),
    ...(problem !== undefined && { [client === undefined ? 'dialect' : 'client']: { refused: problem } }),
  }
}

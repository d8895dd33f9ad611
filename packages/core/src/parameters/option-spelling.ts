import type { LoginFunction } from '../credentials/credentials.ts'
import type { ParameterName } from './parameters.ts'
import type { PoolLimit } from './pool-limit.ts'

/** The meaning of an option: a parameter, or one of the meanings that libpq has no parameter for. */
export type Meaning =
  | ParameterName
  /** a connection string */
  | 'url'
  /** pg's `ssl`: a boolean or Node's TLS options */
  | 'ssl'
  /** a boolean, libpq's `keepalives` */
  | 'keepAlive'
  /** milliseconds, libpq's `keepalives_idle` */
  | 'keepAliveDelay'
  /** a boolean, libpq's `channel_binding` */
  | 'channelBinding'
  | `pool.${PoolLimit}`
  /** milliseconds, the pool's `maxLifetimeSeconds` */
  | 'maxLifetimeMillis'
  /** milliseconds, an option of the driver or the ORM alone: passed on once it is a time that timers can keep, or false */
  | 'milliseconds'
  /** an option of the driver or the ORM alone, even if libpq has a parameter of that name */
  | 'untouched'
  /** removed: it would undo the settings */
  | 'dropped'
  /** an object of options with a spelling of its own, or a connection string */
  | { readonly within: Spelling }
  /** a function that returns the credentials, wrapped by the adapter; `perServer` if it needs the server */
  | { readonly login: LoginFunction; readonly perServer?: boolean }
  /** an object with the options of a primary and those of its replicas, one or several; its other keys pass through */
  | { readonly replication: ReplicationMeaning }
  /** an unsupported option, with the reason: a problem unless the option is off */
  | { readonly refused: string }

/** An ORM's replication block: its names for the primary and for the replicas, and the spelling of each. */
export interface ReplicationMeaning {
  readonly primary: string
  readonly replicas: string
  readonly entry: Spelling
}

/** The spelling of a driver's or an ORM's options that concern the connection. Other options pass through unchanged. */
export type Spelling = Readonly<Record<string, Meaning>>

const MADE_BELOW = 'the connection is made below the driver'
const TUNNEL = `${MADE_BELOW}; through a tunnel or a proxy, say host and hostaddr`
const OTHERS = `${MADE_BELOW}, and by nothing else; remove it`

/**
 * Options by which cloud connectors, wrappers and other drivers make a connection of their own, with the alternative to
 * each.
 */
export const FOREIGN_CONNECTION: Spelling = {
  stream: { refused: TUNNEL },
  socket: { refused: TUNNEL },
  socketPath: { refused: `${MADE_BELOW}; for a Unix-domain socket, give its folder as host` },
  lookup: { refused: `${MADE_BELOW}; for an address of your own, say hostaddr beside host` },
  getConnection: { refused: OTHERS },
  createConnection: { refused: OTHERS },
  authPlugins: {
    refused: 'the login is made below the driver; give a token as password function or in settings.secrets',
  },
  secureContext: { refused: `${MADE_BELOW}; use ssl.ca, ssl.cert and ssl.key, from which one is made and shared` },
}

/** Times of pg's Client. pg reads `5s` as 5, and Node makes a timer that is too long one of a millisecond. */
export const CLIENT_TIMES: Spelling = {
  query_timeout: 'milliseconds',
  statement_timeout: 'milliseconds',
  lock_timeout: 'milliseconds',
  idle_in_transaction_session_timeout: 'milliseconds',
}

/** The spelling of pg, for `new Pool()` and `new Client()`. */
export const PG_SPELLING: Spelling = {
  connectionString: 'url',
  host: 'host',
  port: 'port',
  user: 'user',
  database: 'database',
  password: 'password',
  ssl: 'ssl',
  sslnegotiation: 'sslnegotiation',
  enableChannelBinding: 'channelBinding',
  application_name: 'application_name',
  fallback_application_name: 'fallback_application_name',
  options: 'options',
  client_encoding: 'client_encoding',
  replication: 'replication',
  keepAlive: 'keepAlive',
  keepAliveInitialDelayMillis: 'keepAliveDelay',
  connectionTimeoutMillis: 'pool.connectionTimeoutMillis',
  idleTimeoutMillis: 'pool.idleTimeoutMillis',
  min: 'pool.min',
  // pg-pool's other name for max, which is stronger
  poolSize: 'pool.max',
  max: 'pool.max',
  maxLifetimeSeconds: 'pool.maxLifetimeSeconds',
  maxWaiting: 'pool.maxWaiting',
  leakDetectionMs: 'pool.leakDetectionMs',
  ...CLIENT_TIMES,
  ...FOREIGN_CONNECTION,
  // A connection made elsewhere: pg's own Client would use it instead of a verified one.
  connection: { refused: 'the connection is made below the driver, and by nothing else; remove it' },
  Client: {
    refused: 'the pool is given a Client that connects as configured; remove it, or extend the Client of securePg()',
  },
  // Verifull stops at the limits of RFC 7677 and at the limit for a server that is not verified.
  scramMaxIterations: { refused: 'the iterations that a server may demand are limited without it; remove it' },
}

import type { LoginFunction } from '../credentials/credentials.ts'
import type { ParameterName } from './parameters.ts'
import type { PoolLimit } from './pool-limit.ts'

/** What an option means: a parameter, or something that libpq has no word for. */
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
  /** the driver's or the ORM's own affair, whatever libpq means by the word */
  | 'untouched'
  /** taken out: it would undo what was decided here */
  | 'dropped'
  /** an object of options with a spelling of its own, or a connection string */
  | { readonly within: Spelling }
  /** a function that says who logs in, made fit by the adapter; `perServer` where it is told the server */
  | { readonly login: LoginFunction; readonly perServer?: boolean }
  /** an object with the options of a primary and those of its replicas, one or several; its other keys pass through */
  | { readonly replication: ReplicationMeaning }
  /** what cannot be done, and why: a problem, unless the option is off */
  | { readonly refused: string }

/** An ORM's replication block: its names for the primary and for the replicas, and how each of them is spelled. */
export interface ReplicationMeaning {
  readonly primary: string
  readonly replicas: string
  readonly entry: Spelling
}

/** How a driver or an ORM spells the options that concern the connection. What is not listed passes through untouched. */
export type Spelling = Readonly<Record<string, Meaning>>

const MADE_BELOW = 'the connection is made below the driver'
const TUNNEL = `${MADE_BELOW}; through a tunnel or a proxy, say host and hostaddr`
const OTHERS = `${MADE_BELOW}, and nobody else makes it; remove it`

/**
 * The options by which connectors of clouds, wrappers and other drivers lead a connection their own way, and what to
 * write instead.
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
  // pg-pool's other word for max, which is stronger
  poolSize: 'pool.max',
  max: 'pool.max',
  maxLifetimeSeconds: 'pool.maxLifetimeSeconds',
  ...FOREIGN_CONNECTION,
  // a connection that somebody made elsewhere: pg's own Client would take it instead of ours
  connection: { refused: 'the connection is made below the driver, and nobody else makes it; remove it' },
  Client: {
    refused: 'the pool is given a Client that connects as configured; remove it, or extend the Client of securePg()',
  },
  // Ours stop at the limits of RFC 7677 and at what a server that is not verified may demand.
  scramMaxIterations: { refused: 'the iterations that a server may demand are limited without it; remove it' },
}

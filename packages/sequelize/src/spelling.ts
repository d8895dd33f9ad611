import { CLIENT_TIMES, FOREIGN_CONNECTION, type Meaning, type Spelling } from '@verifull/core/adapter'

const NO_NATIVE: Meaning = { refused: 'pg-native ignores TLS settings and may connect unverified; remove it' }
const NO_MODULE: Meaning = { refused: 'Verifull gives Sequelize the pg module that connects as configured; remove it' }
const NO_DIALECT: Meaning = { refused: 'Verifull connects to PostgreSQL and nothing else; use postgres' }

/** The limits of the pool; `maxUses` and `validate` remain Sequelize's own. */
const POOL: Spelling = {
  min: 'pool.min',
  max: 'pool.max',
  acquire: 'pool.connectionTimeoutMillis',
  idle: 'pool.idleTimeoutMillis',
  maxWaiting: 'pool.maxWaiting',
  leakDetectionMs: 'pool.leakDetectionMs',
  evict: 'milliseconds',
}

/** The options that Sequelize passes to pg's Client: 6 from `dialectOptions`, 7 from the top. */
const CLIENT: Spelling = {
  ssl: 'ssl',
  keepAlive: 'keepAlive',
  keepAliveInitialDelayMillis: 'keepAliveDelay',
  enableChannelBinding: 'channelBinding',
  ...CLIENT_TIMES,
  ...FOREIGN_CONNECTION,
}

/** Sequelize 6's options of one server. It silently ignores `ssl` at the top. */
const SERVER_6: Spelling = {
  url: 'url',
  host: 'host',
  port: 'port',
  database: 'database',
  username: 'user',
  password: 'password',
  ssl: 'ssl',
  dialectOptions: { within: CLIENT },
  ...FOREIGN_CONNECTION,
}

const SERVER_7: Spelling = {
  url: 'url',
  host: 'host',
  port: 'port',
  database: 'database',
  user: 'user',
  password: 'password',
  ...CLIENT,
}

/** Sequelize 6's spelling of the options that concern the connection. */
export const SPELLING_6: Spelling = {
  ...SERVER_6,
  // NestJS's name
  uri: 'url',
  replication: { replication: { primary: 'write', replicas: 'read', entry: SERVER_6 } },
  pool: { within: POOL },
  native: NO_NATIVE,
  dialectModule: NO_MODULE,
  dialectModulePath: NO_MODULE,
}

/** Sequelize 7's spelling of the options that concern the connection. */
export const SPELLING_7: Spelling = {
  ...SERVER_7,
  replication: { replication: { primary: 'write', replicas: 'read', entry: SERVER_7 } },
  pool: { within: POOL },
  native: NO_NATIVE,
  pgModule: NO_MODULE,
}

/** Returns the spelling of these options, in which other dialects than the given ones are refused. */
export function spellingFor(spelling: Spelling, options: unknown, dialects: readonly unknown[]): Spelling {
  const dialect = typeof options === 'object' && options && 'dialect' in options ? options.dialect : undefined
  return dialect === undefined || dialects.includes(dialect) ? spelling : { ...spelling, dialect: NO_DIALECT }
}

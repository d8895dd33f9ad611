import { FOREIGN_CONNECTION, PG_SPELLING, type Spelling } from '@verifull/core/adapter'

/** TypeORM's options of one server, at the top and in each entry of `replication`. */
const SERVER: Spelling = {
  url: 'url',
  host: 'host',
  port: 'port',
  username: 'user',
  password: 'password',
  database: 'database',
  ssl: 'ssl',
  applicationName: 'application_name',
  ...FOREIGN_CONNECTION,
}

/** TypeORM's spelling of the options that concern the connection. */
export const TYPEORM_SPELLING: Spelling = {
  ...SERVER,
  replication: { replication: { primary: 'master', replicas: 'slaves', entry: SERVER } },
  connectTimeoutMS: 'pool.connectionTimeoutMillis',
  poolSize: 'pool.max',
  // last, because TypeORM lays it over the others
  extra: { within: PG_SPELLING },
  driver: { refused: 'Verifull gives TypeORM the pg module that connects as configured; remove it' },
  nativeDriver: { refused: 'pg-native ignores TLS settings and may connect unverified; remove it' },
}

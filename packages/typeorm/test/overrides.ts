import type { AdapterContract } from '@verifull/test-harness'
import pg from 'pg'
import type { DataSource } from 'typeorm'

/** Changes that a framework, a plug-in or an application may lay over TypeORM's options. */
export const OVERRIDES: NonNullable<AdapterContract<DataSource>['override']> = {
  overrides: {
    'ssl: false': { options: () => ({ ssl: false }), refused: ['ssl'] },
    'ssl that verifies nothing': { options: () => ({ ssl: { rejectUnauthorized: false } }), refused: ['ssl'] },
    'another host and port': { options: ({ host, port }) => ({ host, port }), refused: ['host', 'port'] },
    'another url': { options: ({ url }) => ({ url }), refused: ['url'] },
    'another user': {
      options: () => ({ username: 'trust_user', password: 'x' }),
      refused: ['username', 'password'],
    },
    'a password function': { options: () => ({ password: () => 'x' }), refused: ['password'] },
    'extra.ssl: false': { options: () => ({ extra: { ssl: false } }), refused: ['ssl'], again: ['extra.ssl'] },
    'extra.host and extra.port': {
      options: ({ host, port }) => ({ extra: { host, port } }),
      refused: ['host', 'port'],
      again: ['extra.host', 'extra.port'],
    },
    'extra.connectionString': {
      options: ({ url }) => ({ extra: { connectionString: url } }),
      refused: ['url'],
      again: ['extra.connectionString'],
    },
    'extra.user': {
      options: () => ({ extra: { user: 'trust_user', password: 'x' } }),
      refused: ['username', 'password'],
      again: ['extra.user', 'extra.password'],
    },
    'extra.stream': {
      options: () => ({ extra: { stream: () => new pg.Connection({}).stream } }),
      refused: ['stream'],
      again: ['extra.stream'],
    },
    'extra.connection': {
      options: () => ({ extra: { connection: new pg.Connection({}) } }),
      refused: ['connection'],
      again: ['extra.connection'],
    },
    'extra.sslnegotiation': {
      options: () => ({ extra: { sslnegotiation: 'direct' } }),
      refused: ['sslnegotiation'],
      again: ['extra.sslnegotiation'],
    },
    'replication to another server': {
      options: ({ host, port }) => ({ replication: { master: { host, port, ssl: false }, slaves: [] } }),
      refused: ['host', 'port', 'ssl'],
      again: ['replication.master.host', 'replication.master.port', 'replication.master.ssl'],
    },
  },
  ignored: {
    'extra.Client': () => ({ extra: { Client: pg.Client } }),
    'a native driver': () => ({ nativeDriver: { Pool: pg.Pool } }),
  },
  databases: (config, database) => [
    { ...config, database },
    { ...config, extra: { database } },
    { ...config, replication: { master: { database }, slaves: [] } },
  ],
  spelled: ({ host, ca }) => ({ entities: [], host, ssl: { ca }, extra: { statement_timeout: 5_000 } }),
  unfrozen: ['driver'],
  lost: {
    'copied without the driver': ({ driver: _driver, ...config }: { driver?: unknown }) => config,
    'with pg itself for a driver': (config) => ({ ...config, driver: pg }),
  },
}

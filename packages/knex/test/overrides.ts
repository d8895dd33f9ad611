import type { AdapterContract } from '@verifull/test-harness'
import type { Knex } from 'knex'
import pg from 'pg'

const named = (...names: readonly string[]) => names.map((name) => `connection.${name}`)

/** Changes that a plug-in or an application may lay over a configuration of Knex. */
export const OVERRIDES: NonNullable<AdapterContract<Knex>['override']> = {
  overrides: {
    'another connection': {
      options: (trap) => ({ connection: { host: trap.host, port: trap.port, ssl: false } }),
      refused: named('host', 'port', 'ssl'),
    },
    'a connection that verifies nothing': {
      options: (trap) => ({ connection: { host: trap.host, ssl: { rejectUnauthorized: false } } }),
      refused: named('host', 'ssl'),
    },
    'a connection string': {
      options: (trap) => ({ connection: trap.url }),
      refused: named('host', 'port', 'user', 'password', 'ssl'),
      again: ['connection'],
    },
    'connection.connectionString': {
      options: (trap) => ({ connection: { connectionString: trap.url, ssl: false } }),
      refused: named('connectionString'),
    },
    'another user': {
      options: () => ({ connection: { user: 'trust_user', password: 'x' } }),
      refused: named('user', 'password'),
    },
    'a connection function': {
      options: (trap) => ({
        connection: async () => ({ connectionString: trap.url, expirationChecker: () => false }),
      }),
      refused: named('connectionString'),
      again: ['connection'],
    },
    'a connection function of another login': {
      options: () => ({ connection: () => ({ user: 'trust_user', password: 'x' }) }),
      refused: named('user', 'password'),
      again: ['connection'],
    },
    'connection.stream': {
      options: () => ({ connection: { stream: () => new pg.Connection({}).stream } }),
      refused: named('stream'),
    },
    'connection.connection': {
      options: () => ({ connection: { connection: new pg.Connection({}) } }),
      refused: named('connection'),
    },
    'connection.sslnegotiation': {
      options: () => ({ connection: { sslnegotiation: 'direct' } }),
      refused: named('sslnegotiation'),
    },
  },
  ignored: {
    'ssl at the top': () => ({ ssl: false }),
    dialect: () => ({ dialect: 'pgnative' }),
  },
  databases: (config, database) => {
    const { connection, ...rest } = config as { connection: object }
    return [
      { ...rest, connection: { ...connection, database } },
      { ...rest, connection: async () => ({ database }) },
    ]
  },
  spelled: ({ host, ca }) => ({ connection: { host, ssl: { ca } }, pool: { min: 0, max: 2 } }),
  lost: {
    'client: pg': (config) => ({ ...config, client: 'pg' }),
    'a copy by way of JSON': (config) => ({ ...JSON.parse(JSON.stringify(config)), client: 'pg' }),
  },
}

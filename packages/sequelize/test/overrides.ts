import type { AdapterContract } from '@verifull/test-harness'
import pg from 'pg'
import type { Sequelize } from 'sequelize'
import type { Version } from './versions.ts'

type OverrideChapter = NonNullable<AdapterContract<Sequelize>['override']>
type Overrides = OverrideChapter['overrides']

const beforeConnect = (change: object) => ({
  hooks: { beforeConnect: (config: object) => void Object.assign(config, change) },
})

/** Changes that a framework, a plug-in or an application may lay over a configuration. */
const OVERRIDES: Overrides = {
  'another host and port': { options: ({ host, port }) => ({ host, port }), refused: ['host', 'port'] },
  'another port': { options: ({ port }) => ({ port }), refused: ['port'] },
  'another password': { options: () => ({ password: 'x' }), refused: ['password'] },
  'a hook that leads elsewhere': {
    options: ({ host, port }) => beforeConnect({ host, port }),
    refused: ['host', 'port'],
    again: null,
  },
  'a hook that sets a password': {
    options: () => beforeConnect({ password: 'x' }),
    refused: ['password'],
    again: null,
  },
}

/** Those that only Sequelize 6 takes. */
const OVERRIDES_6: Overrides = {
  ...OVERRIDES,
  'another user': { options: () => ({ username: 'trust_user', password: 'x' }), refused: ['username', 'password'] },
  'dialectOptions.ssl: false': {
    options: () => ({ dialectOptions: { ssl: false } }),
    refused: ['dialectOptions.ssl'],
  },
  'dialectOptions.ssl that verifies nothing': {
    options: () => ({ dialectOptions: { ssl: { require: true, rejectUnauthorized: false } } }),
    refused: ['dialectOptions.ssl'],
  },
  'dialectOptions.stream': {
    options: () => ({ dialectOptions: { stream: () => new pg.Connection({}).stream } }),
    refused: ['dialectOptions.stream'],
  },
  replication: {
    options: ({ host, port }) => replicated({ host, port, username: 'trust_user' }),
    refused: ['host', 'port', 'username'],
    again: replicatedNames('host', 'port', 'username'),
  },
}

const OVERRIDES_7: Overrides = {
  ...OVERRIDES,
  'ssl: false': { options: () => ({ ssl: false }), refused: ['ssl'] },
  'ssl that verifies nothing': { options: () => ({ ssl: { rejectUnauthorized: false } }), refused: ['ssl'] },
  'another user': { options: () => ({ user: 'trust_user', password: 'x' }), refused: ['user', 'password'] },
  stream: { options: () => ({ stream: () => new pg.Connection({}).stream }), refused: ['stream'] },
  replication: {
    options: ({ host, port }) => replicated({ host, port, user: 'trust_user', ssl: false }),
    refused: ['host', 'port', 'user', 'ssl'],
    again: replicatedNames('host', 'port', 'user', 'ssl'),
  },
}

/** Sequelize 6 itself hands nothing of it to its driver. */
const IGNORED_6: NonNullable<OverrideChapter['ignored']> = {
  'ssl at the top': () => ({ ssl: false }),
  'dialectOptions.host and port': ({ host, port }) => ({ dialectOptions: { host, port } }),
  'dialectOptions.connection': () => ({ dialectOptions: { connection: new pg.Connection({}) } }),
  'dialectOptions.connectionString': ({ url }) => ({ dialectOptions: { connectionString: url } }),
}

function replicated(server: object) {
  return { replication: { write: server, read: [server] } }
}

function replicatedNames(...names: readonly string[]) {
  return ['replication.write', 'replication.read[0]'].flatMap((path) => names.map((name) => `${path}.${name}`))
}

/** Options of the driver, where this version of Sequelize has them. */
export function spelledOf({ user }: Version, client: object): object {
  return user === 'username' ? { dialectOptions: client } : client
}

/** Binds a version of Sequelize to the contract's chapter. */
export function overridesOf(version: Version): OverrideChapter {
  const isSix = version.user === 'username'
  return {
    overrides: isSix ? OVERRIDES_6 : OVERRIDES_7,
    ...(isSix && { ignored: IGNORED_6 }),
    databases: (config, database) => [
      { ...config, database },
      { ...config, ...beforeConnect({ database }) },
    ],
    spelled: ({ host, ca }) => ({
      host,
      pool: { max: 1, evict: 500 },
      define: { underscored: true },
      ...spelledOf(version, { ssl: { ca }, statement_timeout: 5_000 }),
    }),
    lost: {
      'with its driver taken out': (config) => ({ ...config, [version.module]: undefined }),
      'with pg itself for a driver': (config) => ({ ...config, [version.module]: pg }),
    },
  }
}

import type { AdapterContract } from '@verifull/test-harness'
import pg from 'pg'

type OverrideChapter = NonNullable<AdapterContract<never>['override']>
type Overrides = OverrideChapter['overrides']

/** Changes that an ORM, a plug-in or an application may lay over the configuration, as a bare Client shows it to its stream. */
const SHOWN_TO_STREAM: Overrides = {
  'ssl that verifies nothing': { options: () => ({ ssl: { rejectUnauthorized: false } }), refused: ['ssl'] },
  'another host': { options: ({ host }) => ({ host }), refused: ['host'] },
  'another port': { options: ({ port }) => ({ port }), refused: ['port'] },
  'a Unix-domain socket': { options: () => ({ host: '/tmp' }), refused: ['host'] },
  'another user': { options: () => ({ user: 'trust_user' }), refused: ['user'] },
  'another user and password': {
    options: () => ({ user: 'trust_user', password: 'x' }),
    refused: ['user', 'password'],
  },
  'another password': { options: () => ({ password: 'x' }), refused: ['password'] },
  'a password function': { options: () => ({ password: () => 'x' }), refused: ['password'] },
}

/** The same as the secured Client sees it, and what only that one sees. */
export const OVERRIDES: Overrides = {
  ...SHOWN_TO_STREAM,
  'ssl: false': { options: () => ({ ssl: false }), refused: ['ssl'] },
  'a URL to another server': { options: ({ url }) => ({ connectionString: url }), refused: ['connectionString'] },
  'direct TLS': { options: () => ({ sslnegotiation: 'direct' }), refused: ['sslnegotiation'] },
  'another stream': {
    options: () => ({ stream: () => new (class extends pg.Client {})().connection }),
    refused: ['stream'],
  },
  'a connection': { options: () => ({ connection: new pg.Connection({}) }), refused: ['connection'] },
}

const CHAPTER: OverrideChapter = {
  overrides: OVERRIDES,
  ignored: {
    'undefined and null': () => ({
      host: undefined,
      user: undefined,
      password: null,
      ssl: undefined,
      connectionString: '',
    }),
    'the host of the server': () => ({ host: 'localhost' }),
    'the same user': () => ({ user: 'scram_user' }),
  },
  databases: (config, database) => [{ ...config, database }],
  spelled: ({ host, ca }) => ({ host, ssl: { ca }, max: 7, allowExitOnIdle: true }),
  lost: {
    'Client and stream taken out': ({ ...config }: { Client?: unknown; stream?: unknown }) => {
      delete config.Client
      delete config.stream
      return config
    },
    'a copy by way of JSON': (config) => JSON.parse(JSON.stringify(config)),
    'the options that a library knows': (config) => {
      const { host, port, user, password, database, ssl } = config as pg.ClientConfig
      return { host, port, user, password, database, ssl }
    },
  },
}

export const OVERRIDE_POOL: OverrideChapter = {
  ...CHAPTER,
  ignored: { ...CHAPTER.ignored, 'ssl: true': () => ({ ssl: true }) },
}

/** pg reads a URL into the other options before its stream is asked. */
const URL_READ: Overrides = {
  'a URL to another server': {
    options: ({ url }) => ({ connectionString: url }),
    refused: ['host', 'port'],
    again: ['connectionString'],
  },
}

export const OVERRIDE_CLIENT: OverrideChapter = { ...CHAPTER, overrides: { ...SHOWN_TO_STREAM, ...URL_READ } }

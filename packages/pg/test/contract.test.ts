import { attestationOf, explain, resolveProfile, secureConfig, secureReplication } from '@verifull/pg'
import { adapterContract } from '@verifull/test-harness'
import { Client, Pool, type PoolConfig } from 'pg'
import * as vitest from 'vitest'
import { OVERRIDE_CLIENT, OVERRIDE_POOL } from './overrides.ts'

const SOURCES = { secureConfig, explain, resolveProfile, attestationOf }
const IMPORTS = "import pg from 'pg'; import { secureConfig } from '@verifull/pg'"

const pools = {
  make: (config: PoolConfig) => new Pool(config).on('error', () => {}),
  query: async (pool: Pool, sql: string) => (await pool.query(sql)).rows,
  async lend(pool: Pool) {
    const client = await pool.connect()
    return { client, release: () => client.release() }
  },
  close: (pool: Pool) => pool.end(),
}

/** pg's own Client, which connects with its first query. */
const connected = new WeakMap<Client, Promise<unknown>>()
const connect = (client: Client) => {
  const connecting = connected.get(client) ?? client.connect()
  connected.set(client, connecting)
  return connecting
}
const clients = {
  make: (config: PoolConfig) => new Client(config).on('error', () => {}),
  async query(client: Client, sql: string) {
    await connect(client)
    return (await client.query(sql)).rows
  },
  async lend(client: Client) {
    await connect(client)
    return { client, release() {} }
  },
  close: (client: Client) => client.end(),
}

/** The connection in pg's own words. */
const options = ({ ca, limitMs, ...login }: { readonly ca: string; readonly limitMs: number }) => ({
  ...login,
  ssl: { ca },
  connectionTimeoutMillis: limitMs,
})

/** Both ways to use pg, with one instance for writing and one for reading. */
function replicated<Db extends Pool | Client>({
  make,
  query,
  lend,
  close,
}: {
  make(config: PoolConfig): Db
  query: (db: Db, sql: string) => Promise<Record<string, unknown>[]>
  lend: (db: Db) => Promise<{ client: object; release(): unknown }>
  close(db: Db): Promise<unknown>
}) {
  return {
    make(given: object, settings: object) {
      const { write, read = write } = secureReplication(given, settings)
      return { write: make(write), read: make(read) }
    },
    query: (both: { write: Db; read: Db }, role: 'write' | 'read', sql: string) => query(both[role], sql),
    lend: (both: { write: Db; read: Db }, role: 'write' | 'read') => lend(both[role]),
    close: ({ write, read }: { write: Db; read: Db }) => Promise.all([close(write), close(read)]),
  }
}

adapterContract(
  {
    ...pools,
    name: 'Pool',
    sources: SOURCES,
    override: OVERRIDE_POOL,
    deadline: {
      limit: (connectionTimeoutMillis) => ({ connectionTimeoutMillis }),
      connects: { 'pool.connect()': (pool) => pool.connect() },
      size: ({ totalCount }) => totalCount,
    },
    arguments: {
      functions: { secureReplication: (given, settings) => secureReplication(given as object, settings as object) },
      inherited: () => Object.create({ host: 'db.example', user: 'app', max: 7, statement_timeout: 500 }),
      kept: { max: 7, statement_timeout: 500, user: 'app' },
    },
    foreignOptions: { places: { '': (option) => ({ host: 'db.example', ...option }) } },
    obstacles: { options, plain: (given) => new Pool(given) },
    process: {
      folder: import.meta.dirname,
      imports: IMPORTS,
      make: (given) => `new pg.Pool(secureConfig({ min: 0, ...${given} })).on('error', () => {})`,
      limit: (connectionTimeoutMillis) => ({ connectionTimeoutMillis }),
      query: (sql) => `db.query(${sql}).then(({ rows }) => rows)`,
      close: 'await db.end()',
    },
    replication: replicated(pools),
    warning: {
      folder: import.meta.dirname,
      application: `${IMPORTS}; new pg.Pool(secureConfig()); new pg.Pool(secureConfig())`,
    },
  },
  vitest,
)

adapterContract(
  {
    ...clients,
    name: 'Client',
    sources: SOURCES,
    override: OVERRIDE_CLIENT,
    obstacles: { options, plain: (given) => new Client(given) },
    replication: replicated(clients),
  },
  vitest,
)

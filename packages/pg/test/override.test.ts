import { attestationOf, resolveProfile, secureConfig, securePg } from '@verifull/pg'
import { startTrappedDatabase, withVariables } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

const { database, trap, stop } = await startTrappedDatabase()
afterAll(stop)

/** What an ORM, a plug-in or a hurried colleague may put over the configuration. */
const OVERRIDES: readonly [name: string, options: () => pg.PoolConfig & pg.ClientConfig & Record<string, unknown>][] = [
  ['ssl: false', () => ({ ssl: false })],
  ['ssl that verifies nothing', () => ({ ssl: { rejectUnauthorized: false } })],
  ['another host and port', () => ({ host: trap.host, port: trap.port })],
  [
    'a URL to another server',
    () => ({ connectionString: `postgres://x:y@127.0.0.1:${trap.port}/app?sslmode=disable` }),
  ],
  ['another user', () => ({ user: 'trust_user', password: 'x' })],
  ['a stream of its own', () => ({ stream: () => new (class extends pg.Client {})().connection as never })],
  ['pg’s own Client', () => ({ Client: pg.Client })],
]

describe('what is put over a secured module changes nothing', () => {
  test.each(OVERRIDES)('%s', async (_name, options) => {
    const { Pool } = securePg(resolveProfile({ settings: database.settings }).profile)
    const pool = new Pool({ ...options(), max: 1 })
    const client = await pool.connect()
    try {
      const { rows } = await client.query(
        'select ssl, current_user as user from pg_stat_ssl where pid = pg_backend_pid()',
      )
      expect(rows).toEqual([{ ssl: true, user: 'scram_user' }])
      expect(attestationOf(client)?.port).toBe(database.server.port)
    } finally {
      client.release()
      await pool.end()
    }
  })

  test('hostile PG* variables, set after the fact', async () => {
    const config = secureConfig({ max: 1, min: 0 }, database.settings)
    await withVariables(trap.variables, async () => {
      for (const connect of [pooled, bare]) {
        expect(await connect(config)).toEqual([{ ssl: true, user: 'scram_user' }])
      }
    })
  })

  test('nobody asked the trap', () => {
    expect(trap.connections).toEqual([])
  })
})

describe('the configuration', () => {
  test('leads a driver that takes neither our Client nor our stream nowhere', async () => {
    const { Client: _client, stream: _stream, ...rest } = secureConfig({}, database.settings)
    const client = new pg.Client(rest)
    await expect(client.connect()).rejects.toMatchObject({
      code: 'ENOTFOUND',
      hostname: 'only-verifull-may-connect.invalid',
    })
  })

  test('is refused by name where it is given to secureConfig() again', () => {
    const twice = () => secureConfig({ ...secureConfig({}, database.settings), max: 5 }, database.settings)
    expect(twice).toThrow('(from option host) is what secureConfig() gives; call it once, with your own options')
  })

  test('passes pg’s other options on and leaves the object it was given alone', () => {
    const options = Object.freeze({
      max: 7,
      allowExitOnIdle: true,
      host: 'localhost',
      ssl: Object.freeze({ ca: database.hierarchy.root.certificate }),
    })
    const { sslrootcert: _ca, host: _host, ...settings } = database.settings
    const config = secureConfig(options, settings)
    expect(config).toMatchObject({
      max: 7,
      allowExitOnIdle: true,
      host: 'only-verifull-may-connect.invalid',
      ssl: false,
    })
    expect(options.host).toBe('localhost')
  })

  test('refuses a connection that was made elsewhere', () => {
    const elsewhere: pg.PoolConfig & { connection: pg.Connection } = { connection: new pg.Connection({}) }
    expect(() => secureConfig(elsewhere, database.settings)).toThrow(
      'option connection: the connection is made below the driver, and nobody else makes it; remove it',
    )
  })

  test('takes poolSize for max, as pg-pool does, where there is no max', () => {
    const sized = (options: object) => secureConfig(options, database.settings).max
    expect(sized({ poolSize: 4 })).toBe(4)
    expect(sized({ poolSize: 4, max: 7 })).toBe(7)
  })

  test('has the pool limits of the policy where none are given', () => {
    const limits = (policy: 'development' | 'production') => {
      const { min, max, connectionTimeoutMillis, idleTimeoutMillis } = secureConfig(
        {},
        { ...database.settings, policy },
      )
      return { min, max, connectionTimeoutMillis, idleTimeoutMillis }
    }
    expect(limits('development')).toEqual({
      min: undefined,
      max: 5,
      connectionTimeoutMillis: 15_000,
      idleTimeoutMillis: 30_000,
    })
    expect(limits('production')).toEqual({
      min: undefined,
      max: 50,
      connectionTimeoutMillis: 15_000,
      idleTimeoutMillis: 30_000,
    })
  })

  test('a module for ORMs has no native driver, and it does not show', () => {
    const module = securePg(resolveProfile({ settings: database.settings }).profile)
    expect(module.native).toBeNull()
    expect(Object.keys(module)).not.toContain('native')
    expect(new module.Client()).toBeInstanceOf(pg.Client)
    expect(new module.Pool()).toBeInstanceOf(pg.Pool)
  })

  test('a subclass of the secured Client stands in for it', async () => {
    const { Pool, Client } = securePg(resolveProfile({ settings: database.settings }).profile)
    class Marked extends Client {
      readonly marked = true
    }
    const pool = new Pool({ Client: Marked, max: 1 })
    const client = await pool.connect()
    expect(client).toBeInstanceOf(Marked)
    expect(attestationOf(client)?.encrypted).toBe(true)
    client.release()
    await pool.end()
  })
})

const WHO = 'select ssl, current_user as user from pg_stat_ssl where pid = pg_backend_pid()'

async function pooled(config: pg.PoolConfig): Promise<unknown[]> {
  const pool = new pg.Pool(config)
  const { rows } = await pool.query(WHO)
  await pool.end()
  return rows
}

async function bare(config: pg.ClientConfig): Promise<unknown[]> {
  const client = new pg.Client(config)
  await client.connect()
  const { rows } = await client.query(WHO)
  await client.end()
  return rows
}

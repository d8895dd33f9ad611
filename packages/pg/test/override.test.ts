import { attestationOf, placeholderHost, resolveProfile, secureConfig, securePg } from '@verifull/pg'
import { SESSION_SEEN, startTrappedDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { OVERRIDES } from './overrides.ts'

const { database, trap, seen, outcome, stop } = await startTrappedDatabase()
afterAll(stop)
await database.server.sql('create database orders_test')

const secured = (more: object = {}) => ({ ...secureConfig({ max: 1 }, database.settings), ...more })

describe('laid over a configuration: another server or login → refused by name before any connection', () => {
  test.each(Object.entries(OVERRIDES))('Pool of securePg(), %s', async (_name, { options, refused }) => {
    const { Pool } = securePg(resolveProfile({ settings: database.settings }).profile)
    expect(await outcome(() => rowsOf(new Pool({ ...options(trap), max: 1 })))).toEqual({ refused })
  })

  test('pool.options, changed before its next connection', async () => {
    const pool = new pg.Pool(secured())
    Object.assign(pool.options, { host: trap.host, port: trap.port })
    expect(await outcome(() => rowsOf(pool))).toEqual({ refused: ['host', 'port'] })
  })

  test('the message says what to write', async () => {
    await expect(pooled(secured({ host: trap.host }))).rejects.toThrow(
      'option host is laid over a secured configuration and would lead it to another server or login; give it to secureConfig() itself, among its options',
    )
  })
})

describe('laid over a configuration: the same server and login → honoured', () => {
  test('attestation and client name the database', async () => {
    const client = new (securePg(resolveProfile({ settings: database.settings }).profile).Client)({
      database: 'orders_test',
    })
    await client.connect()
    expect(client.database).toBe('orders_test')
    expect(attestationOf(client)?.port).toBe(database.server.port)
    await client.end()
  })

  test('Pool, the host and port of the server', async () => {
    expect(await pooled(secured({ host: 'localhost', port: database.server.port }))).toEqual(seen)
  })
})

describe('secureConfig() of a secured configuration', () => {
  test('alone, with options and with the same settings → the same connection', async () => {
    const again = secureConfig({ ...secured(), max: 5 })
    expect(again.max).toBe(5)
    expect(await pooled(again)).toEqual(seen)
    expect(await bare(secureConfig(secured(), database.settings))).toEqual(seen)
    expect(await pooled(secureConfig({ ...new pg.Pool(secured()).options }))).toEqual(seen)
  })

  test('with another database → that database', async () => {
    const sql = 'select current_database()::text as name'
    expect(await pooled(secureConfig(secured({ database: 'orders_test' })), sql)).toEqual([{ name: 'orders_test' }])
  })

  test('with other settings → refused at once', async () => {
    const settings = { ...database.settings, host: '127.0.0.1' }
    expect(await outcome(() => secureConfig(secured(), settings))).toEqual({ refused: ['settings.host'] })
  })

  test('of another library → refused by name', () => {
    const { host: _host, ...settings } = database.settings
    expect(() => secureConfig({ host: placeholderHost() }, settings)).toThrow(
      '(from option host) is what secureConfig() gives; call it once, with your own options',
    )
  })
})

describe('the configuration', () => {
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
      host: '/only-verifull-may-connect',
      ssl: null,
    })
    expect(options.host).toBe('localhost')
  })

  test('refuses a connection that was made elsewhere', () => {
    const elsewhere: pg.PoolConfig & { connection: pg.Connection } = { connection: new pg.Connection({}) }
    expect(() => secureConfig(elsewhere, database.settings)).toThrow(
      'option connection: the connection is made below the driver, and by nothing else; remove it',
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

async function pooled(config: pg.PoolConfig, sql = SESSION_SEEN): Promise<unknown[]> {
  return rowsOf(new pg.Pool(config), sql)
}

async function rowsOf(pool: pg.Pool, sql = SESSION_SEEN): Promise<unknown[]> {
  try {
    return (await pool.query(sql)).rows
  } finally {
    await pool.end()
  }
}

async function bare(config: pg.ClientConfig, sql = SESSION_SEEN): Promise<unknown[]> {
  const client = new pg.Client(config)
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

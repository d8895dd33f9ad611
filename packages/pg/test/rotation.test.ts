import diagnostics from 'node:diagnostics_channel'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CredentialsEvent, type CredentialsProvider, cached } from '@verifull/core'
import { secureConfig } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rotatingRole } from './rotating-role.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
  await database.server.setHba(['hostssl all all all scram-sha-256'])
})
afterAll(() => database.stop())

const times = (count: number, run: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, run))

describe('a password that changes', () => {
  test('on the server first: those who are refused wait for the new one, and nobody notices', async () => {
    const { store, settings, onServer } = await rotatingRole(database, 'server_first')
    const pool = new pg.Pool(secureConfig({ max: 20 }, settings))
    await pool.query('select 1')
    expect(store.fetches).toBe(1)
    await onServer('two')
    setTimeout(() => {
      store.current = { user: 'server_first', password: 'two' }
    }, 100)
    await times(20, () => pool.query('select pg_sleep(0.05)'))
    expect(store.fetches).toBeLessThanOrEqual(5)
    await pool.end()
  })

  test('in the store first: the server is late, and nobody notices', async () => {
    const { store, settings, onServer } = await rotatingRole(database, 'store_first')
    store.current = { user: 'store_first', password: 'two' }
    const pool = new pg.Pool(secureConfig({ max: 20 }, settings))
    setTimeout(() => void onServer('two'), 100)
    await times(20, () => pool.query('select pg_sleep(0.05)'))
    expect(store.fetches).toBeLessThanOrEqual(5)
    await pool.end()
  })

  test('with the user, as alternating users do', async () => {
    const { store, settings } = await rotatingRole(database, 'one_of_two')
    const other = await rotatingRole(database, 'other_of_two')
    const pool = new pg.Pool(secureConfig({ max: 5 }, settings))
    await pool.query('select 1')
    await database.server.sql('alter role one_of_two nologin')
    store.current = other.store.current
    await times(5, () => pool.query('select pg_sleep(0.1)'))
    const { rows } = await pool.query('select current_user')
    expect(rows).toEqual([{ current_user: 'other_of_two' }])
    await pool.end()
  })

  test('in a file, which is missing for a moment', async () => {
    const { settings, rotate } = await rotatingRole(database, 'from_a_file')
    const file = join(database.folder, 'from_a_file')
    const write = (text: string) => writeFileSync(file, text, { mode: 0o600 })
    write('one\n')
    const { secrets: _secrets, ...where } = settings
    const environment = { NODE_ENV: 'production', DB_PASSWORD_FILE: file }
    const pool = new pg.Pool(secureConfig({ max: 9 }, { ...where, user: 'from_a_file', environment }))
    await pool.query('select 1')
    rmSync(file)
    await times(3, () => pool.query('select pg_sleep(0.05)'))
    write('')
    await times(6, () => pool.query('select pg_sleep(0.05)'))
    await rotate('two')
    setTimeout(write, 100, 'two\n')
    await times(9, () => pool.query('select pg_sleep(0.05)'))
    await pool.end()
  })
})

describe('what it costs', () => {
  test('a cold pool of 100 asks once', async () => {
    const { store, settings } = await rotatingRole(database, 'cold')
    const pool = new pg.Pool(secureConfig({ max: 100 }, settings))
    const lent = await Promise.all(Array.from({ length: 100 }, () => pool.connect()))
    expect(store.fetches).toBe(1)
    expect(pool.totalCount).toBe(100)
    for (const client of lent) client.release()
    await pool.end()
  })

  test('a secret that is simply wrong costs a handful of questions and logins, and one clear error each', async () => {
    const { store, settings, logins, sessions } = await rotatingRole(database, 'wrong')
    store.current = { user: 'wrong', password: 'not it', version: 'v7' }
    const pool = new pg.Pool(secureConfig({ max: 50 }, settings))
    const began = performance.now()
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => pool.query('select 1')))
    expect(performance.now() - began).toBeLessThan(10_000)
    const errors = outcomes.map((one) => one.status === 'rejected' && one.reason)
    expect(new Set(errors).size).toBe(50)
    for (const error of errors) {
      expect(error).toMatchObject({
        code: '28P01',
        message: 'password authentication failed for user "wrong"',
        cause: {
          code: 'CREDENTIALS_REFUSED',
          message:
            'the server refuses what settings.secrets gives (version v7), and it gave nothing else when asked again; put the password there that the server has for this user, or set it on the server',
        },
      })
    }
    expect(store.fetches).toBeLessThanOrEqual(10)
    expect((await logins()).refused).toBeLessThanOrEqual(12)
    await expect.poll(sessions, { timeout: 10_000 }).toBe(0)
    await pool.end()
  })

  test('where the store fails as well, the error of the server says so', async () => {
    const { settings } = await rotatingRole(database, 'both_fail')
    const secrets: CredentialsProvider = async ({ rejected }) => {
      if (rejected) throw Object.assign(new Error('not it'), { code: 'ECONNREFUSED' })
      return { user: 'both_fail', password: 'not it' }
    }
    const pool = new pg.Pool(secureConfig({ max: 5 }, { ...settings, secrets }))
    await expect(pool.query('select 1')).rejects.toMatchObject({
      code: '28P01',
      cause: { code: 'CREDENTIALS_PROVIDER', message: expect.stringContaining('(Error ECONNREFUSED)') },
    })
    await pool.end()
  })

  test('while the store is down nobody fails, and the age of the secret is told', async () => {
    const { store, settings } = await rotatingRole(database, 'store_down')
    const secrets = cached(settings.secrets ?? (() => Promise.reject()), { ttlMs: 100 })
    const events: CredentialsEvent[] = []
    const keep = (event: unknown) => void events.push(event as CredentialsEvent)
    const pool = new pg.Pool(secureConfig({ max: 50 }, { ...settings, secrets }))
    await pool.query('select 1')
    store.failure = new Error('down')
    await new Promise((resolve) => setTimeout(resolve, 200))
    diagnostics.subscribe('verifull:credentials', keep)
    for (let wave = 1; wave <= 5; wave++) {
      const lent = await Promise.all(Array.from({ length: 10 * wave }, () => pool.connect()))
      for (const client of lent) client.release()
    }
    diagnostics.unsubscribe('verifull:credentials', keep)
    const ages = events.flatMap((event) => (event.kind === 'stale' ? [event.ageMs] : []))
    expect(ages.length).toBeGreaterThanOrEqual(40)
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(190)
    await pool.end()
  })

  test('a store that hangs is left alone by what ends: the process, a pool', async () => {
    const { settings } = await rotatingRole(database, 'hangs')
    const secrets = () => new Promise<never>(() => {})
    const pool = new pg.Pool(secureConfig({ connectionTimeoutMillis: 300 }, { ...settings, secrets }))
    await expect(pool.query('select 1')).rejects.toThrow(/timeout/)
    await pool.end()
    expect(pool.totalCount).toBe(0)
  })
})

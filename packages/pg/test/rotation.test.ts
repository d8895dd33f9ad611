import { type Credentials, type CredentialsProvider, secureConfig } from '@verifull/pg'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, startDatabase } from './database.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

/** A role of its own, whose password is changed on the server and in the store apart. */
async function rotatingRole(name: string, password: string) {
  const { server, settings } = database
  await server.sql(`create role ${name} login password '${password}'`)
  const { password: _password, user: _user, ...where } = settings
  const store = { current: { user: name, password } as Credentials, fetches: 0 }
  const secrets: CredentialsProvider = async () => {
    store.fetches++
    return store.current
  }
  return {
    store,
    settings: { ...where, secrets },
    onServer: (next: string) => server.sql(`alter role ${name} password '${next}'`),
    logins: async () =>
      (await server.connectionsSeen()).filter(({ authorized, refused }) => {
        return authorized?.user === name || refused?.message.includes(`"${name}"`)
      }),
    sessions: async () => {
      const [row] = await server.sql(`select count(*) from pg_stat_activity where usename = '${name}'`)
      return Number(row?.count)
    },
  }
}

const hba = ['hostssl all all all scram-sha-256']

describe('a password that changes', () => {
  test('on the server first: those who are refused wait for the new one, and nobody notices', async () => {
    await database.server.setHba(hba)
    const { store, settings, onServer, sessions } = await rotatingRole('rotates_first', 'one')
    const pool = new pg.Pool(secureConfig({ max: 20 }, settings))
    await pool.query('select 1')
    expect(store.fetches).toBe(1)
    await onServer('two')
    setTimeout(() => {
      store.current = { user: 'rotates_first', password: 'two' }
    }, 100)
    const rows = await Promise.all(Array.from({ length: 20 }, () => pool.query('select pg_sleep(0.05)')))
    expect(rows).toHaveLength(20)
    expect(store.fetches).toBeLessThanOrEqual(4)
    await expect.poll(sessions).toBe(await sessions())
    await pool.end()
  })

  test('a cold pool of 100 asks once', async () => {
    const { store, settings } = await rotatingRole('cold', 'one')
    const pool = new pg.Pool(secureConfig({ max: 100 }, settings))
    await Promise.all(Array.from({ length: 100 }, () => pool.query('select pg_sleep(0.1)')))
    expect(store.fetches).toBe(1)
    expect(pool.totalCount).toBe(100)
    await pool.end()
  })

  test('a secret that is simply wrong costs a handful of questions and logins, and one clear error each', async () => {
    const { store, settings, logins, sessions } = await rotatingRole('wrong', 'one')
    store.current = { user: 'wrong', password: 'not it' }
    const pool = new pg.Pool(secureConfig({ max: 50 }, settings))
    const began = performance.now()
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => pool.query('select 1')))
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(outcomes.map((one) => one.status === 'rejected' && one.reason.code)).toEqual(Array(50).fill('28P01'))
    expect(store.fetches).toBeLessThanOrEqual(10)
    expect((await logins()).length).toBeLessThanOrEqual(50)
    expect(await sessions()).toBe(0)
    await pool.end()
  })

  test('idle connections of the old secret are closed, lent ones when they come back', async () => {
    const { store, settings, onServer, sessions } = await rotatingRole('recycled', 'one')
    const pool = new pg.Pool(secureConfig({ max: 5 }, settings))
    const errors: unknown[] = []
    pool.on('error', (error) => errors.push((error as NodeJS.ErrnoException).code))
    const lent = await pool.connect()
    await Promise.all([pool.query('select pg_sleep(0.05)'), pool.query('select pg_sleep(0.05)')])
    expect([pool.totalCount, pool.idleCount]).toEqual([3, 2])
    await onServer('two')
    store.current = { user: 'recycled', password: 'two' }
    // three at once need a new connection
    await Promise.all(Array.from({ length: 3 }, () => pool.query('select pg_sleep(0.1)')))
    await expect.poll(sessions).toBe(2)
    expect((await lent.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    lent.release()
    await expect.poll(sessions).toBe(1)
    await pool.end()
    expect(new Set(errors)).toEqual(new Set(['CONNECTION_RETIRED']))
  })
})

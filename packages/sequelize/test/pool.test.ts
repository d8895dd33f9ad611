import { attestationOf } from '@verifull/sequelize'
import { type Database, startDatabase } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.abandon())

const PID = 'select pg_backend_pid() as pid'

describe.each(VERSIONS)('under $name', ({ user, secured, open, poolOf }) => {
  test('the pool has the limits of the policy, or those of the options or settings, in Sequelize’s words', () => {
    const pool = (options: object, settings: object = {}) =>
      secured({ pool: options }, { ...database.settings, ...settings }).pool
    expect(pool({})).toEqual({ max: 50, acquire: 15_000, idle: 30_000 })
    expect(pool({}, { policy: 'development' })).toEqual({ max: 5, acquire: 15_000, idle: 30_000 })
    const limits = { min: 1, max: 7, acquire: 2_000, idle: 3_000, evict: 400, maxUses: 8 }
    expect(pool(limits)).toEqual(limits)
    expect(pool({ max: 7, evict: 400 }, { pool: { max: 3, idleTimeoutMillis: 9 } })).toEqual({
      max: 3,
      acquire: 15_000,
      idle: 9,
      evict: 400,
    })
  })

  test('an idle connection is closed after pool.idle', async () => {
    const db = open(secured({ pool: { idle: 100, evict: 50 } }, database.settings))
    await db.authenticate()
    await expect.poll(() => poolOf(db).size).toBe(0)
    await db.close()
  })

  test('a connection older than maxLifetimeSeconds is not lent again, and closed', async () => {
    const db = open(secured({ pool: { max: 1 } }, { ...database.settings, pool: { maxLifetimeSeconds: 1 } }))
    const [first] = await rowsOf(db, PID)
    expect(await rowsOf(db, PID)).toEqual([first])
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    const [second] = await rowsOf(db, PID)
    expect(second).not.toEqual(first)
    expect(await rowsOf(db, PID)).toEqual([second])
    const old = `select count(*) as count from pg_stat_activity where pid = ${first?.pid}`
    await expect.poll(async () => await database.server.sql(old)).toEqual([{ count: '0' }])
    await db.close()
  })

  test('beside a lifetime, Sequelize’s own check and the application’s still count', async () => {
    const settings = { ...database.settings, pool: { maxLifetimeSeconds: 60 } }
    const db = open(secured({ pool: { max: 1 } }, settings))
    const [first] = await rowsOf(db, PID)
    const client = await poolOf(db).acquire()
    Object.assign(client, { _invalid: true })
    poolOf(db).release(client)
    expect(await rowsOf(db, PID)).not.toEqual([first])
    await db.close()
    let asked = 0
    const validate = () => asked++ % 2 === 1
    const picky = open(secured({ pool: { max: 1, validate } }, settings))
    const [one] = await rowsOf(picky, PID)
    expect(await rowsOf(picky, PID)).not.toEqual([one])
    expect(asked).toBe(1)
    await picky.close()
  })

  test('a session that the server ends is replaced, and the process lives', async () => {
    const db = open(secured({ pool: { max: 1 } }, database.settings))
    const [first] = await rowsOf(db, PID)
    await database.server.sql(`select pg_terminate_backend(${first?.pid})`)
    await expect.poll(() => poolOf(db).size).toBe(0)
    expect(await rowsOf(db, PID)).not.toEqual([first])
    await db.close()
  })

  test('what Sequelize hands to pg arrives at the server', async () => {
    const client = {
      application_name: 'shop',
      client_encoding: 'utf-8',
      options: '-c search_path=sales -c geqo=off',
      statement_timeout: 1_234,
      lock_timeout: 2_345,
      idle_in_transaction_session_timeout: 3_456,
      keepAlive: true,
    }
    const db = open(secured(user === 'user' ? client : { dialectOptions: client }, database.settings))
    const names = ['application_name', 'client_encoding', 'search_path', 'geqo', 'statement_timeout', 'lock_timeout']
    const asked = [...names, 'idle_in_transaction_session_timeout', 'TimeZone']
    const [row] = await rowsOf(db, `select ${asked.map((name) => `current_setting('${name}') as "${name}"`)}`)
    expect(row).toEqual({
      application_name: 'shop',
      client_encoding: 'UTF8',
      search_path: 'sales',
      geqo: 'off',
      statement_timeout: '1234ms',
      lock_timeout: '2345ms',
      idle_in_transaction_session_timeout: '3456ms',
      TimeZone: expect.stringMatching(/00/),
    })
    await expect(rowsOf(db, 'select pg_sleep(3)')).rejects.toThrow('canceling statement due to statement timeout')
    await db.close()
    const pg = { query_timeout: 1000 }
    const impatient = open(secured(user === 'user' ? pg : { dialectOptions: pg }, database.settings))
    await impatient.authenticate()
    await expect(rowsOf(impatient, 'select pg_sleep(3)')).rejects.toThrow('Query read timeout')
    await impatient.close()
  })

  test('the attestation of a lent connection is at hand', async () => {
    const db = open(secured({}, database.settings))
    const client = await poolOf(db).acquire({ type: 'write' })
    expect(attestationOf(client)).toMatchObject({ encrypted: true, user: 'scram_user', tls: { verification: 'full' } })
    poolOf(db).release(client)
    await db.close()
  })
})

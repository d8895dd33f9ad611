import { type Database, SILENT_SERVERS, startDatabase, swallowingProxy } from '@verifull/test-harness'
import { secureConfig } from '@verifull/typeorm'
import type pg from 'pg'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENT } from './patient.ts'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

const LIMIT = { connectTimeoutMS: 1_000 }
const LATE =
  /^ConnectError \[ETIMEDOUT\]: timeout expired: no connection within 0.95 s in all \(it was in the phase "\w+"\)/

describe.each(VERSIONS)('under $name', ({ typeorm: { DataSource } }) => {
  test.each(Object.entries(SILENT_SERVERS))(
    'initialize() ends in time when the server falls silent %s',
    async (_when, start) => {
      const server = await start(database.hierarchy.servers.good)
      try {
        const before = openSockets()
        const began = Date.now()
        const db = new DataSource(secureConfig(LIMIT, { ...database.settings, port: server.port }))
        const error: unknown = await db.initialize().catch((reason: unknown) => reason)
        expect(String(error)).toMatch(LATE)
        expect(error).toMatchObject({ code: 'ETIMEDOUT' })
        expect(Date.now() - began).toBeLessThan(3_000)
        expect(db.isInitialized).toBe(false)
        expect(await server.openConnections()).toBe(0)
        await expect.poll(openSockets, PATIENT).toBe(before)
      } finally {
        await server.stop()
      }
    },
  )

  test('the default is a deadline too', () => {
    expect(secureConfig({}, database.settings).connectTimeoutMS).toBe(15_000)
  })

  test('a query that has to connect anew ends in time, and the pool works again with the server', async () => {
    const proxy = await swallowingProxy({ to: database.server })
    const db = new DataSource(secureConfig(LIMIT, { ...database.settings, port: proxy.port }))
    await db.initialize()
    const pool = poolOf(db)
    const [{ pid }] = await db.query('select pg_backend_pid() as pid')
    await database.server.sql(`select pg_terminate_backend(${pid})`)
    await expect.poll(() => pool.totalCount, PATIENT).toBe(0)
    proxy.swallow()
    const began = Date.now()
    const error: unknown = await db.query('select 1').catch((reason: unknown) => reason)
    expect(String(error)).toMatch(LATE)
    expect(Date.now() - began).toBeLessThan(3_000)
    expect(pool.totalCount).toBe(0)
    await expect.poll(() => proxy.open, PATIENT).toBe(0)
    proxy.relay()
    expect(await db.query('select 1 as one')).toEqual([{ one: 1 }])
    await db.destroy()
    await proxy.stop()
  })

  test('destroy() while a query still connects ends with the deadline and leaves no socket', async () => {
    const proxy = await swallowingProxy({ to: database.server })
    const db = new DataSource(secureConfig({ connectTimeoutMS: 2_000 }, { ...database.settings, port: proxy.port }))
    await db.initialize()
    const pool = poolOf(db)
    const idle = await pool.connect()
    proxy.swallow()
    const waiting = db.query('select 1').catch(String)
    idle.release(true)
    const began = Date.now()
    await db.destroy()
    await waiting
    expect(Date.now() - began).toBeLessThan(4_000)
    expect(pool.totalCount).toBe(0)
    await expect.poll(() => proxy.open, PATIENT).toBe(0)
    await proxy.stop()
  })
})

function poolOf(db: DataSource): pg.Pool {
  return (db.driver as unknown as { master: pg.Pool }).master
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}

import { type Database, startDatabase, swallowingProxy } from '@verifull/test-harness'
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

describe.each(VERSIONS)('under $name', ({ typeorm: { DataSource } }) => {
  test('the default is a deadline too', () => {
    expect(secureConfig({}, database.settings).connectTimeoutMS).toBe(15_000)
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

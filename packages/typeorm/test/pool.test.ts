import { type Database, startDatabase } from '@verifull/test-harness'
import { type Settings, secureConfig, type TypeormOptions } from '@verifull/typeorm'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

describe.each(VERSIONS)('the pool under $name', ({ typeorm }) => {
  /** Returns the pool of pg that these options of TypeORM lead to. */
  async function poolWith(options: TypeormOptions, settings: Settings = {}) {
    const db = new typeorm.DataSource(secureConfig(options, { ...database.settings, ...settings }))
    await db.initialize()
    const { master } = db.driver as unknown as { master: pg.Pool & { options: pg.PoolConfig } }
    await db.destroy()
    expect(master.totalCount).toBe(0)
    const { min, max, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds } = master.options
    return { min, max, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds }
  }
  const ours = { min: 0, max: 50, connectionTimeoutMillis: 15_000, idleTimeoutMillis: 30_000, maxLifetimeSeconds: 0 }

  test('has limits where none are given', async () => {
    expect(await poolWith({})).toEqual(ours)
    expect(await poolWith({}, { policy: 'staging' })).toEqual({ ...ours, max: 20 })
  })

  test('takes them from the settings, in pg’s words', async () => {
    const pool = { min: 1, max: 4, connectionTimeoutMillis: 3_000, idleTimeoutMillis: 2_000, maxLifetimeSeconds: 60 }
    expect(await poolWith({}, { pool })).toEqual(pool)
  })

  test('takes them from TypeORM’s options', async () => {
    expect(await poolWith({ poolSize: 4, connectTimeoutMS: 3_000 })).toEqual({
      ...ours,
      max: 4,
      connectionTimeoutMillis: 3_000,
    })
    const extra = { min: 1, max: 4, connectionTimeoutMillis: 3_000, idleTimeoutMillis: 2_000, maxLifetimeSeconds: 60 }
    expect(await poolWith({ extra })).toEqual(extra)
  })

  test('believes extra, as TypeORM does, and the settings before all', async () => {
    const options = {
      extra: { max: 4, connectionTimeoutMillis: 3_000 },
      poolSize: 8,
      connectTimeoutMS: 6_000,
    }
    expect(await poolWith(options)).toMatchObject({ max: 4, connectionTimeoutMillis: 3_000 })
    expect(await poolWith(options, { pool: { max: 2 } })).toMatchObject({ max: 2, connectionTimeoutMillis: 3_000 })
  })

  test('takes them from the environment', async () => {
    const environment = { ...database.settings.environment, DB_POOL_MAX: '4', DB_CONNECTION_TIMEOUT: '3000' }
    expect(await poolWith({}, { environment })).toEqual({ ...ours, max: 4, connectionTimeoutMillis: 3_000 })
  })

  test('its sessions are what the other options say', async () => {
    const options = {
      applicationName: 'shop',
      extra: { options: '-c search_path=shop', statement_timeout: 5_000, lock_timeout: 4_000 },
    }
    const db = await new typeorm.DataSource(secureConfig(options, database.settings)).initialize()
    const names = ['application_name', 'search_path', 'statement_timeout', 'lock_timeout']
    const [row] = await db.query(`select ${names.map((name) => `current_setting('${name}') as ${name}`).join()}`)
    await db.destroy()
    expect(row).toEqual({
      application_name: 'shop',
      search_path: 'shop',
      statement_timeout: '5s',
      lock_timeout: '4s',
    })
  })
})

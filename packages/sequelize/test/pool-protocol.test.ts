import { securedBy } from '@verifull/pg'
import {
  type Database,
  DRAIN_CONTRACT,
  GUARD_CONTRACT,
  MONITOR_CONTRACT,
  POOL_CONTRACT,
  type PoolUnderTest,
  SESSION_EVENTS_CONTRACT,
  SURVIVAL_CONTRACT,
  type SurvivalSettings,
  startDatabase,
  TRACE_CONTRACT,
} from '@verifull/test-harness'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

describe.each(VERSIONS)('the protocol of the pool under $name', ({ close, monitor, secured, open, poolOf, module }) => {
  function opened(replicated: boolean, settings: SurvivalSettings = database.settings, max = 2): PoolUnderTest {
    const { host, port } = settings
    const replicas = replicated ? { replicas: [{ host: String(host), port: Number(port) }] } : {}
    const config = secured({ pool: { max } }, { ...settings, ...replicas })
    const driver = config[module] as typeof pg
    const db = open(config)
    const pool = poolOf(db)
    return {
      protocol: securedBy(driver)?.pool as never,
      lend: () => pool.acquire({ type: 'write' }),
      giveBack: (client) => pool.release(client as pg.Client),
      size: () => ('write' in pool ? (pool.write as typeof pool).size : pool.size),
      // close() of Sequelize 7 leaves a connection open that is being made.
      end: () => pool.drain().then(() => db.close()),
      close: (options) => close(db, options),
      monitor: (...other) => monitor((other.length > 0 ? other[0] : db) as object),
      async alone() {
        const client = new driver.Client()
        await client.connect()
        return client
      },
      errors: [],
    }
  }

  test.each(POOL_CONTRACT)('$name', ({ run }) => run(opened(false), database))

  test.each(POOL_CONTRACT)('with a replica: $name', ({ run }) => run(opened(true), database))

  test.each([
    ...SURVIVAL_CONTRACT,
    ...GUARD_CONTRACT,
    ...DRAIN_CONTRACT,
    ...TRACE_CONTRACT,
    ...SESSION_EVENTS_CONTRACT,
    ...MONITOR_CONTRACT,
  ])('$name', ({ run }) => run(async (settings, max) => opened(false, settings, max), database))

  test('the check of the application before a connection is lent → a discarded one is gone all the same', async () => {
    const db = open(secured({ pool: { max: 1, validate: () => true } }, database.settings))
    const client = await poolOf(db).acquire({ type: 'write' })
    securedBy(client.constructor)?.pool?.discard(client, 'for the test')
    poolOf(db).release(client)
    const next = await poolOf(db).acquire({ type: 'write' })
    expect(next).not.toBe(client)
    poolOf(db).release(next)
    await db.close()
  })
})

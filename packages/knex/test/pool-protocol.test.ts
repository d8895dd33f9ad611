import { close, monitor, type Settings, secureConfig } from '@verifull/knex'
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

describe.each(VERSIONS)('the protocol of the pool under $name', ({ knex, options }) => {
  const logged: unknown[] = []

  function open(settings: Settings = database.settings, max = 2): PoolUnderTest {
    const log = { warn: (message: unknown) => void logged.push(message) }
    const config = secureConfig({ ...options, log, pool: { max } }, settings)
    const db = knex(config)
    const { client } = db
    return {
      protocol: securedBy(config.client)?.pool as never,
      lend: () => client.acquireConnection(),
      giveBack: (connection) => client.releaseConnection(connection),
      size: () => (client.pool ? client.pool.numFree() + client.pool.numUsed() : 0),
      end: () => db.destroy(),
      close: (options) => close(db, options),
      monitor: (...other) => monitor((other.length > 0 ? other[0] : db) as object),
      async alone() {
        const alone: pg.Client = new client.driver.Client()
        await alone.connect()
        return alone
      },
      errors: [],
    }
  }

  test.each(POOL_CONTRACT)('$name', async ({ run }) => {
    await run(open(), database)
    // Knex logs the reason where it meets a discarded connection itself, and nothing else.
    for (const message of logged.splice(0)) expect(message).toBe('Connection Error: the contract discards it')
  })

  test.each([
    ...SURVIVAL_CONTRACT,
    ...GUARD_CONTRACT,
    ...DRAIN_CONTRACT,
    ...TRACE_CONTRACT,
    ...SESSION_EVENTS_CONTRACT,
    ...MONITOR_CONTRACT,
  ])('$name', async ({ run }) => {
    await run(async (settings, max) => open(settings, max), database)
    logged.length = 0
  })
})

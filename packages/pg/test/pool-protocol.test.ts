import { type Settings, secureConfig, securedBy } from '@verifull/pg'
import {
  type Database,
  POOL_CONTRACT,
  type PoolUnderTest,
  SURVIVAL_CONTRACT,
  startDatabase,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

/** pg's own Pool, with what a user may set that decides which clients stay. */
function open(options: pg.PoolConfig, settings: Settings = database.settings): PoolUnderTest {
  const config = secureConfig({ max: 2, ...options }, settings)
  const pool = new pg.Pool(config)
  const errors: unknown[] = []
  pool.on('error', (error) => errors.push(error))
  return {
    protocol: securedBy(config.Client)?.pool as never,
    lend: () => pool.connect(),
    giveBack: (client) => (client as pg.PoolClient).release(),
    size: () => pool.totalCount,
    end: () => pool.end(),
    async alone() {
      const client = new config.Client()
      await client.connect()
      return client
    },
    errors,
  }
}

const OPTIONS: readonly pg.PoolConfig[] = [{}, { min: 2 }, { maxUses: 100 }, { idleTimeoutMillis: 0 }]

describe.each(OPTIONS)('the protocol of pg-pool with %o', (options) => {
  test.each(POOL_CONTRACT)('$name', ({ run }) => run(open(options), database))
})

describe('a pool of pg whose sessions are lost', () => {
  test.each(SURVIVAL_CONTRACT)('$name', ({ run }) => run(async (settings, max) => open({ max }, settings), database))
})

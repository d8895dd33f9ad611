import { type Secured, securedBy } from '@verifull/pg'
import {
  type Database,
  DRAIN_CONTRACT,
  GUARD_CONTRACT,
  MONITOR_CONTRACT,
  POOL_CONTRACT,
  type PooledClient,
  type PoolUnderTest,
  SESSION_EVENTS_CONTRACT,
  SURVIVAL_CONTRACT,
  type SurvivalSettings,
  startDatabase,
  TRACE_CONTRACT,
} from '@verifull/test-harness'
import { close, monitor, secureConfig } from '@verifull/typeorm'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

describe.each(VERSIONS)('the protocol of the pool under $name', ({ typeorm }) => {
  async function open(settings: SurvivalSettings = database.settings, poolSize = 2): Promise<PoolUnderTest> {
    const errors: unknown[] = []
    const config = secureConfig({ poolSize, poolErrorHandler: (error) => errors.push(error) }, settings)
    const { Client } = config.driver as typeof pg
    const source = await new typeorm.DataSource(config).initialize()
    const { master } = source.driver as unknown as { readonly master: pg.Pool }
    const [first] = await Promise.all([master.connect()])
    first.release(true)
    await expect.poll(() => master.totalCount).toBe(0)
    const runners = new Map<PooledClient, ReturnType<typeof source.createQueryRunner>>()
    return {
      protocol: (securedBy(Client) as Secured).pool as never,
      async lend() {
        const runner = source.createQueryRunner()
        const client: PooledClient = await runner.connect()
        runners.set(client, runner)
        return client
      },
      giveBack: (client) => runners.get(client)?.release(),
      size: () => master.totalCount,
      end: () => source.destroy(),
      close: (options) => close(source, options),
      monitor: (...other) => monitor((other.length > 0 ? other[0] : source) as object),
      async alone() {
        const client = new Client()
        await client.connect()
        return client
      },
      errors,
    }
  }

  test.each(POOL_CONTRACT)('$name', async ({ run }) => run(await open(), database))

  test.each([
    ...SURVIVAL_CONTRACT,
    ...GUARD_CONTRACT,
    ...DRAIN_CONTRACT,
    ...TRACE_CONTRACT,
    ...SESSION_EVENTS_CONTRACT,
    ...MONITOR_CONTRACT,
  ])('$name', ({ run }) => run(open, database))
})

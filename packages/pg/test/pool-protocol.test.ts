import { close, monitor, type Settings, secureConfig, securedBy } from '@verifull/pg'
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
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

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
    close: (options) => close(pool, options),
    monitor: (...other) => monitor((other.length > 0 ? other[0] : pool) as object),
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
  test.each([
    ...SURVIVAL_CONTRACT,
    ...GUARD_CONTRACT,
    ...DRAIN_CONTRACT,
    ...TRACE_CONTRACT,
    ...SESSION_EVENTS_CONTRACT,
    ...MONITOR_CONTRACT,
  ])('$name', ({ run }) => run(async (settings, max) => open({ max }, settings), database))
})

describe('a pool of pg and statements that go on when their client is given back', () => {
  test('query_timeout, then a plain release() → the next statement waits for no dead client', async () => {
    const pool = new pg.Pool(secureConfig({ max: 1, query_timeout: 200 }, database.settings))
    const client = await pool.connect()
    await expect(client.query('select pg_sleep(5)')).rejects.toThrow('Query read timeout')
    client.release()
    const began = performance.now()
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect(performance.now() - began).toBeLessThan(1000)
    await pool.end()
    await database.server.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(5)%' and pid <> pg_backend_pid()",
    )
  })

  test('no limit of the application → the statements are finished, and the next user has another session', async () => {
    const pool = new pg.Pool(secureConfig({ max: 1 }, database.settings))
    await pool.query('create table finished (what text)')
    const client = await pool.connect()
    void client.query('select pg_sleep(0.8)')
    const last = client.query("insert into finished values ('yes')")
    client.release()
    expect((await pool.query('select count(*) from finished')).rows).toEqual([{ count: '0' }])
    await last
    expect((await pool.query('select what from finished')).rows).toEqual([{ what: 'yes' }])
    await pool.query('drop table finished')
    await pool.end()
  })
})

describe('a pool of pg that keeps its sessions alive', () => {
  test('keep alive: a session is lent and silent for two seconds, keepalives_idle=1 → it is sent nothing', async () => {
    const pool = new pg.Pool(secureConfig({ max: 1 }, { ...database.settings, keepalives_idle: 1 }))
    const client = await pool.connect()
    const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows
    await new Promise((resolve) => setTimeout(resolve, 2200))
    const silent = () =>
      database.server.sql(
        `select (now() - state_change > '1.5 s')::text as silent from pg_stat_activity where pid = ${pid}`,
      )
    expect(await silent()).toMatchObject([{ silent: 'true' }])
    client.release()
    await expect.poll(silent, { timeout: 2000 }).toMatchObject([{ silent: 'false' }])
    await pool.end()
  })
})

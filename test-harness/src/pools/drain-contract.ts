import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { swallowingProxy } from '../network/black-hole.ts'
import type { Database } from '../postgres/database.ts'
import type { SurvivalPromise } from './survival-promise.ts'
import { until } from './until.ts'

/** The contract of `close({ timeoutMs })`, which ends a pool: each package runs it with the pool of its library. */
export const DRAIN_CONTRACT: readonly SurvivalPromise[] = [
  {
    name: 'close with timeoutMs: a transaction is open and a checkout waits → both finish, and nothing new is lent',
    async run(open, database) {
      const pool = await open(database.settings, 1)
      const client = await pool.lend()
      await client.query('create table kept (a int)')
      await client.query('begin')
      const waiting = pool.lend()
      await sleep(20)
      const closed = pool.close({ timeoutMs: 5000 })
      await assert.rejects(pool.lend(), isClosed)
      await client.query('insert into kept values (1)')
      await client.query('commit')
      await pool.giveBack(client)
      const next = await waiting
      assert.deepEqual((await next.query('select a from kept')).rows, [{ a: 1 }])
      await next.query('drop table kept')
      await pool.giveBack(next)
      await closed
      assert.equal(await sessions(database), 0)
      assert.equal(pool.size(), 0)
      await pool.end()
    },
  },
  {
    name: 'close with timeoutMs: the time is up → the statement is cancelled, its transaction rolled back, checkouts that wait fail',
    async run(open, database) {
      const pool = await open(database.settings, 1)
      const client = await pool.lend()
      await client.query('create table gone (a int)')
      await client.query('begin')
      await client.query('insert into gone values (1)')
      const running = assert.rejects(client.query('select pg_sleep(20)'))
      const waiting = assert.rejects(pool.lend(), isClosed)
      await sleep(20)
      const began = performance.now()
      await pool.close({ timeoutMs: 200 })
      await Promise.all([running, waiting])
      const ms = performance.now() - began
      assert.ok(ms >= 190 && ms < 3000, `${ms} ms`)
      await until(async () => (await sessions(database)) === 0)
      const { server, settings } = database
      assert.deepEqual(await server.sql(`select a from ${settings.user}.gone`, settings.database), [])
      await server.sql(`drop table ${settings.user}.gone`, settings.database)
      await pool.giveBack(client)
      await pool.end()
    },
  },
  {
    name: 'close with timeoutMs: a connection is never given back → it ends in time, and so does what the library ends',
    async run(open, database) {
      const pool = await open(database.settings, 2)
      const [, idle] = [await pool.lend(), await pool.lend()]
      await pool.giveBack(idle)
      await Promise.all([pool.close({ timeoutMs: 100 }), pool.close({ timeoutMs: 100 })])
      await pool.close({ timeoutMs: 100 })
      await until(async () => (await sessions(database)) === 0)
      assert.equal(pool.size(), 0)
      await pool.end()
    },
  },
  {
    name: 'close with timeoutMs: a connect is under way to a server that does not answer → it is stopped when the time is up',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const pool = await open({ ...database.settings, port: proxy.port, pool: { connectionTimeoutMillis: 20_000 } }, 2)
      proxy.swallow()
      const connecting = assert.rejects(pool.lend())
      await until(() => proxy.open > 0)
      const began = performance.now()
      await pool.close({ timeoutMs: 200 })
      await connecting
      assert.ok(performance.now() - began < 3000)
      await until(() => proxy.open === 0)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'close with timeoutMs: the server is away and checkouts wait for it → they fail when the time is up, in two pools at once',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const settings = { ...database.settings, port: proxy.port, pool: { connectionTimeoutMillis: 20_000 } }
      const pools = [await open(settings, 2), await open(settings, 2)]
      for (const pool of pools) {
        const client = await pool.lend()
        pool.protocol.discard(client, 'the contract makes room')
        await pool.giveBack(client)
      }
      await proxy.stop()
      const waiting = pools.flatMap((pool) => [pool, pool, pool]).map((pool) => assert.rejects(pool.lend()))
      await sleep(300)
      const began = performance.now()
      await Promise.all(pools.map((pool) => pool.close({ timeoutMs: 300 })))
      await Promise.all(waiting)
      const ms = performance.now() - began
      assert.ok(ms >= 290 && ms < 3000, `${ms} ms`)
      for (const pool of pools) {
        await assert.rejects(pool.lend())
        assert.equal(pool.size(), 0)
        await pool.end()
      }
    },
  },
  {
    name: 'close with timeoutMs: two pools at once → both end',
    async run(open, database) {
      const pools = [await open(database.settings, 1), await open(database.settings, 1)]
      const clients = await Promise.all(pools.map((pool) => pool.lend()))
      const closed = Promise.all(pools.map((pool) => pool.close({ timeoutMs: 5000 })))
      for (const [index, pool] of pools.entries()) await pool.giveBack(clients[index] ?? assert.fail())
      await closed
      assert.equal(await sessions(database), 0)
      for (const pool of pools) await pool.end()
    },
  },
]

function isClosed(error: unknown): boolean {
  const { code, parent, cause } = error as {
    readonly code?: string
    readonly parent?: unknown
    readonly cause?: unknown
  }
  return code === 'POOL_CLOSED' || ((parent ?? cause) !== undefined && isClosed(parent ?? cause))
}

async function sessions({ server, settings }: Database): Promise<number> {
  return (await server.sql(`select from pg_stat_activity where usename = '${settings.user}'`)).length
}

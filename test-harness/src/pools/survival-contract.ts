import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { swallowingProxy } from '../network/black-hole.ts'
import { relay } from '../network/relay.ts'
import type { PooledClient, PoolUnderTest } from './contract.ts'
import type { SurvivalPromise } from './survival-promise.ts'
import { until } from './until.ts'

/** Clients of a pool under this contract. */
const CLIENTS = 4
/** A silence after which every pool validates what it lends, in milliseconds. */
const QUIET_MS = 1100
/** Limit of a checkout and its first statement when the idle sessions are lost, in milliseconds. */
const LIMIT_MS = 1000

/** The contract of a pool whose sessions are lost: each package runs it with the real pool of its library. */
export const SURVIVAL_CONTRACT: readonly SurvivalPromise[] = [
  {
    name: 'lend: the network swallows the idle sessions → no first statement fails, none takes a second',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const pool = await open({ ...database.settings, port: proxy.port }, CLIENTS)
      const before = await filled(pool)
      proxy.swallowOpen()
      await sleep(QUIET_MS)
      const after = await Promise.all(Array.from({ length: 3 * CLIENTS }, () => timedPid(pool)))
      for (const { pid, ms } of after) {
        assert.ok(!before.includes(pid))
        assert.ok(ms < LIMIT_MS, `${ms} ms`)
      }
      assert.ok(pool.size() <= CLIENTS)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'lend: the server ends sessions that have been idle for more than a second → no first statement fails',
    async run(open, database) {
      const pool = await open(database.settings, CLIENTS)
      const before = await filled(pool)
      await sleep(QUIET_MS)
      await database.server.sql(`select pg_terminate_backend(pid) from unnest(array[${before}]) pid`)
      const after = await Promise.all(Array.from({ length: 3 * CLIENTS }, () => timedPid(pool)))
      for (const { pid } of after) assert.ok(!before.includes(pid))
      await pool.end()
    },
  },
  {
    name: 'lend: sessions that are well after a silence → the same ones',
    async run(open, database) {
      const pool = await open(database.settings, CLIENTS)
      const before = await filled(pool)
      await sleep(QUIET_MS)
      assert.deepEqual((await filled(pool)).sort(), before.sort())
      await pool.end()
    },
  },
  {
    name: 'lent: the network loses a statement, or its answer → it fails after tcp_user_timeout, and one that the server works at does not',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const pool = await open({ ...database.settings, port: proxy.port, tcp_user_timeout: 1200 }, CLIENTS)
      const clients = [await pool.lend(), await pool.lend()]
      await Promise.all(clients.map(pidOf))
      const answerLost = clients[0]?.query('select pg_sleep(0.3)')
      await sleep(100)
      proxy.swallowOpen()
      const statementLost = clients[1]?.query('select 1')
      const worked = await pool.lend()
      const [first, second, third] = await Promise.allSettled([
        assert.rejects(answerLost ?? assert.fail(), isUncertain),
        assert.rejects(statementLost ?? assert.fail(), isUncertain),
        worked.query('select pg_sleep(2.8)'),
      ])
      assert.deepEqual([first, second, third?.status], [FULFILLED, FULFILLED, 'fulfilled'])
      for (const client of [...clients, worked]) await pool.giveBack(client)
      await timedPid(pool)
      assert.ok(pool.size() <= CLIENTS)
      await until(() => proxy.open <= CLIENTS)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'lent: the server answers nothing any more, new connections neither → a statement fails after four times tcp_user_timeout',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const pool = await open({ ...database.settings, port: proxy.port, tcp_user_timeout: 600 }, 1)
      const client = await pool.lend()
      await pidOf(client)
      proxy.swallow()
      const began = performance.now()
      await assert.rejects(client.query('select 1'), isUncertain)
      const ms = performance.now() - began
      assert.ok(ms > 2400 && ms < 5000, `${ms} ms`)
      await pool.giveBack(client)
      proxy.relay()
      await timedPid(pool)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'end: the network swallows the idle sessions → the pool ends in time, and no socket is left',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const pool = await open({ ...database.settings, port: proxy.port }, CLIENTS)
      await filled(pool)
      proxy.swallowOpen()
      const began = performance.now()
      await pool.end()
      const ms = performance.now() - began
      assert.ok(ms < 2500, `${ms} ms`)
      await until(() => proxy.open === 0)
      await proxy.stop()
    },
  },
  {
    name: 'idle: a proxy ends connections that are silent for 1.6 s → with keepalives_idle=1 they stay, without they do not',
    async run(open, database) {
      const proxy = await relay(database.server, (from, to) => {
        from.setTimeout(1600, () => from.destroy())
        from.pipe(to)
      })
      const settings = { ...database.settings, port: proxy.port }
      const pools = [await open({ ...settings, keepalives_idle: 1 }, CLIENTS), await open(settings, CLIENTS)] as const
      const before = await Promise.all(pools.map(filled))
      await sleep(3500)
      const [kept, lost] = await Promise.all(pools.map(filled))
      assert.deepEqual(kept?.sort(), before[0]?.sort())
      for (const pid of lost ?? []) assert.ok(!before[1]?.includes(pid))
      await Promise.all(pools.map((pool) => pool.end()))
      await proxy.stop()
    },
  },
  {
    name: 'give back: the server has become read-only → that session leaves, and the idle ones of every pool with it',
    async run(open, database) {
      const { server } = database
      const pool = await open(database.settings, CLIENTS)
      const another = await open(database.settings, CLIENTS)
      const before = await filled(pool)
      await filled(another)
      await server.sql('alter system set default_transaction_read_only = on')
      try {
        await server.reload()
        const client = await pool.lend()
        await until(async () => (await rows(client, 'show transaction_read_only'))[0]?.transaction_read_only === 'on')
        await assert.rejects(client.query('create table never (a int)'), { code: '25006' })
        await pool.giveBack(client)
        await until(() => pool.size() + another.size() === 0)
      } finally {
        await server.sql('alter system reset default_transaction_read_only')
        await server.reload()
      }
      const { pid } = await timedPid(pool)
      assert.ok(!before.includes(pid))
      await Promise.all([pool.end(), another.end()])
    },
  },
  {
    name: 'give back: a statement fails for another reason → the session stays',
    async run(open, database) {
      const pool = await open(database.settings, 1)
      const client = await pool.lend()
      const pid = await pidOf(client)
      await assert.rejects(client.query('select 1 / 0'), { code: '22012' })
      await assert.rejects(
        client.query("do $$ begin raise 'as for a wrong parameter' using errcode = '08P01'; end $$"),
        {
          code: '08P01',
        },
      )
      await pool.giveBack(client)
      assert.equal((await timedPid(pool)).pid, pid)
      await pool.end()
    },
  },
  {
    name: 'lend: connects and checkouts that run out of time → no other socket is left, and all places are lent again',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const pool = await open(
        { ...database.settings, port: proxy.port, pool: { connectionTimeoutMillis: 1000 } },
        CLIENTS,
      )
      proxy.swallow()
      await refused(pool)
      proxy.relay()
      const clients: PooledClient[] = []
      await until(async () => {
        const lent = await Promise.allSettled(Array.from({ length: CLIENTS - clients.length }, () => pool.lend()))
        clients.push(...lent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
        return clients.length === CLIENTS
      })
      await until(() => proxy.open === CLIENTS)
      await refused(pool)
      for (const client of clients) await pool.giveBack(client)
      await filled(pool)
      assert.equal(pool.size(), CLIENTS)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'give back: the session has ended while it was lent, with or without a transaction → another is lent',
    async run(open, database) {
      const pool = await open(database.settings, 1)
      for (const begin of ['select 1', 'begin']) {
        const client = await pool.lend()
        await client.query(begin)
        const pid = await pidOf(client)
        await database.server.sql(`select pg_terminate_backend(${pid})`)
        await sleep(50)
        await assert.rejects(client.query('select 1'))
        await pool.giveBack(client)
        assert.notEqual((await timedPid(pool)).pid, pid)
      }
      await pool.end()
    },
  },
]

const FULFILLED = { status: 'fulfilled', value: undefined }

/** True for the error of a statement that was given up; libraries wrap it. */
function isUncertain(error: unknown): boolean {
  const { code, parent, cause, driverError, message } = error as { readonly [name: string]: unknown }
  if (code === 'NO_ANSWER') return /may have been executed or not/.test(String(message))
  const inner = driverError ?? parent ?? cause
  return inner !== undefined && isUncertain(inner)
}

/** Has the pool open all its clients, and give them back; resolves with their process ids. */
async function filled(pool: PoolUnderTest): Promise<number[]> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => pool.lend()))
  const pids = await Promise.all(clients.map(pidOf))
  for (const client of clients) await pool.giveBack(client)
  return pids
}

/** Asks for more clients than there can be: each checkout fails. */
async function refused(pool: PoolUnderTest): Promise<void> {
  const lent = await Promise.allSettled(Array.from({ length: 3 * CLIENTS }, () => pool.lend()))
  assert.ok(lent.every(({ status }) => status === 'rejected'))
}

async function timedPid(pool: PoolUnderTest): Promise<{ readonly pid: number; readonly ms: number }> {
  const began = performance.now()
  const client = await pool.lend()
  const pid = await pidOf(client)
  const ms = performance.now() - began
  await pool.giveBack(client)
  return { pid, ms }
}

async function pidOf(client: PooledClient): Promise<number> {
  return Number((await rows(client, 'select pg_backend_pid() as pid'))[0]?.pid)
}

async function rows(client: PooledClient, sql: string): Promise<readonly Record<string, unknown>[]> {
  return (await client.query(sql)).rows
}

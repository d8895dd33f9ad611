import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../postgres/database.ts'
import type { MonitorUnderTest } from './monitor-under-test.ts'
import { until } from './until.ts'

/** Limit of everything that a pool does in the background. */
const LIMIT_MS = 3000

/** A client as every library lends it. */
export interface PooledClient {
  query(sql: string): Promise<{ readonly rows: readonly Record<string, unknown>[] }>
  end(): Promise<unknown>
  once(event: 'end', listener: () => void): unknown
  on(event: 'end', listener: () => void): unknown
}

/** The protocol under test. */
interface Protocol {
  isLent(client: PooledClient): boolean | undefined
  discard(client: PooledClient, reason: string): void
}

/** A real pool of one library with at most two clients, and its protocol. */
export interface PoolUnderTest {
  readonly protocol: Protocol
  lend(): Promise<PooledClient>
  giveBack(client: PooledClient): unknown
  /** Number of clients in the pool. */
  size(): number
  end(): Promise<unknown>
  /** The adapter's `close()` of this pool. */
  close(options: { readonly timeoutMs: number }): Promise<void>
  /** A connected client of the same driver that is in no pool. */
  alone(): Promise<PooledClient>
  /** The adapter's `monitor()` of this pool, or of something else. */
  monitor(...other: unknown[]): MonitorUnderTest
  /** Errors that the pool emitted. */
  readonly errors: readonly unknown[]
}

/** A promise that the protocol of every pool keeps. */
export interface PoolPromise {
  readonly name: string
  run(pool: PoolUnderTest, database: Database): Promise<void>
}

const REASON = 'the contract discards it'

/** The promises as they are written below; {@link POOL_CONTRACT} cleans up after each. */
const PROMISES: readonly PoolPromise[] = [
  {
    name: 'isLent: lent, idle, of no pool → true, false, undefined',
    async run(pool) {
      const [client, alone] = await Promise.all([pool.lend(), pool.alone()])
      assert.equal(pool.protocol.isLent(client), true)
      await pool.giveBack(client)
      assert.equal(pool.protocol.isLent(client), false)
      assert.equal(pool.protocol.isLent(alone), undefined)
      await alone.end()
    },
  },
  {
    name: 'discard: an idle client → gone at once, its session ends, the next is another',
    async run(pool, database) {
      const client = await pool.lend()
      const pid = await pidOf(client)
      await pool.giveBack(client)
      pool.protocol.discard(client, REASON)
      assert.equal(pool.size(), 0)
      await ended(pid, database)
      assert.notEqual(await pidOf(await pool.lend()), pid)
    },
  },
  {
    name: 'discard: one of two idle clients → the other stays',
    async run(pool, database) {
      const [one, other] = await Promise.all([pool.lend(), pool.lend()])
      const pids = [await pidOf(one), await pidOf(other)]
      await pool.giveBack(one)
      await pool.giveBack(other)
      pool.protocol.discard(one, REASON)
      await ended(pids[0], database)
      assert.equal(pool.size(), 1)
      assert.equal(await pidOf(await pool.lend()), pids[1])
    },
  },
  {
    name: 'discard: a lent client → its query and its transaction go on, and it is gone when it is given back',
    async run(pool, database) {
      const client = await pool.lend()
      const pid = await pidOf(client)
      await client.query('begin')
      const query = client.query('select pg_sleep(0.3), 1 as one')
      pool.protocol.discard(client, REASON)
      assert.equal((await query).rows[0]?.one, 1)
      await client.query('commit')
      assert.equal(await pidOf(client), pid)
      await pool.giveBack(client)
      await ended(pid, database)
      assert.equal(pool.size(), 0)
      assert.notEqual(await pidOf(await pool.lend()), pid)
    },
  },
  {
    name: 'discard: a lent client while others wait for one → they get others',
    async run(pool) {
      const clients = await Promise.all([pool.lend(), pool.lend()])
      const pids = await Promise.all(clients.map(pidOf))
      const waiting = Promise.all([pool.lend(), pool.lend()])
      for (const client of clients) pool.protocol.discard(client, REASON)
      for (const client of clients) await pool.giveBack(client)
      for (const client of await waiting) assert.ok(!pids.includes(await pidOf(client)))
    },
  },
  {
    name: 'discard: twice → once',
    async run(pool, database) {
      const [idle, lent] = await Promise.all([pool.lend(), pool.lend()])
      const pids = [await pidOf(idle), await pidOf(lent)]
      const ends: PooledClient[] = []
      for (const client of [idle, lent]) client.on('end', () => ends.push(client))
      await pool.giveBack(idle)
      for (const client of [idle, idle, lent, lent]) pool.protocol.discard(client, REASON)
      await pool.giveBack(lent)
      pool.protocol.discard(lent, REASON)
      for (const pid of pids) await ended(pid, database)
      await until(() => ends.length === 2, LIMIT_MS)
      assert.equal(pool.size(), 0)
      await Promise.all([pool.lend(), pool.lend()])
      assert.equal(ends.length, 2)
    },
  },
  {
    name: 'discard: a client of a pool that has ended → nothing',
    async run(pool) {
      const client = await pool.lend()
      await pool.giveBack(client)
      await pool.end()
      pool.protocol.discard(client, REASON)
      assert.equal(pool.protocol.isLent(client), undefined)
      assert.equal(pool.size(), 0)
    },
  },
  {
    name: 'discard: a client of no pool → stays',
    async run(pool) {
      const alone = await pool.alone()
      const pid = await pidOf(alone)
      pool.protocol.discard(alone, REASON)
      await sleep(200)
      assert.equal(await pidOf(alone), pid)
      await alone.end()
    },
  },
]

/** The contract of `PoolProtocol`: each package runs it with the real pool of its library. No connection is left behind. */
export const POOL_CONTRACT: readonly PoolPromise[] = PROMISES.map(({ name, run }) => ({
  name,
  async run(pool, database) {
    const lent = new Set<PooledClient>()
    let isEnded = false
    await run(
      {
        ...pool,
        async lend() {
          const client = await pool.lend()
          lent.add(client)
          return client
        },
        giveBack(client) {
          lent.delete(client)
          return pool.giveBack(client)
        },
        async end() {
          isEnded = true
          await pool.end()
        },
      },
      database,
    )
    for (const client of lent) await pool.giveBack(client)
    if (!isEnded) await pool.end()
    assert.deepEqual(pool.errors, [])
  },
}))

async function pidOf(client: PooledClient): Promise<unknown> {
  return (await client.query('select pg_backend_pid() as pid')).rows[0]?.pid
}

async function ended(pid: unknown, { server }: Database): Promise<void> {
  await until(async () => (await server.sql(`select from pg_stat_activity where pid = ${pid}`)).length === 0, LIMIT_MS)
}

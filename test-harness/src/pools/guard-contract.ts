import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { listenerOf } from '../diagnostics/listener.ts'
import { swallowingProxy } from '../network/black-hole.ts'
import type { Database } from '../postgres/database.ts'
import type { PooledClient, PoolUnderTest } from './contract.ts'
import { heapUsed } from './heap.ts'
import type { SurvivalPromise } from './survival-promise.ts'
import { until } from './until.ts'

/** Clients of a pool whose time-outs are counted. */
const MANY = 50
/** Limit of a connect and of a checkout, in milliseconds. */
const LIMIT_MS = 1000
/** Growth of the heap that is none, in bytes: a thousand clients that stay take more than 5 MB. */
const FLAT = 1_500_000

/**
 * The contract of a pool under too much load, or whose server does not answer: each package runs it with the pool of its
 * library.
 */
export const GUARD_CONTRACT: readonly SurvivalPromise[] = [
  {
    name: 'lend: 100 connects and 900 checkouts run out of time → no session, socket or memory is left, and all places are lent again',
    async run(open, database) {
      await timeOuts(open, database, MANY, MANY)
      const before = await heapUsed()
      await timeOuts(open, database, 100, 900)
      const growth = (await heapUsed()) - before
      assert.ok(growth < FLAT, `the heap has grown by ${growth} bytes`)
    },
  },
  {
    name: 'lend: a checkout runs out of time while a connect is under way → the connect is stopped, down to the socket',
    async run(open, database) {
      const proxy = await swallowingProxy({ to: database.server })
      const settings = { ...database.settings, port: proxy.port, pool: { connectionTimeoutMillis: 1000 } }
      const pool = await open(settings, 1)
      const client = await pool.lend()
      proxy.swallow()
      const began = performance.now()
      const late = assert.rejects(pool.lend())
      await sleep(800)
      pool.protocol.discard(client, 'the contract makes room')
      await pool.giveBack(client)
      await until(() => proxy.accepted === 2)
      await late
      await until(() => proxy.open === 0)
      const ms = performance.now() - began
      // The connect has a limit of its own, which would end it later.
      assert.ok(ms < 1500, `${ms} ms`)
      proxy.relay()
      await pool.giveBack(await pool.lend())
      assert.equal(pool.size(), 1)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'lend: all connections are lent → the error says how long, and in which state, but no statement and no parameter',
    async run(open, database) {
      const listener = listenerOf<PoolEvent>('verifull:pool')
      listener.start()
      const pool = await open({ ...database.settings, pool: { connectionTimeoutMillis: 400 } }, 2)
      const [one, other] = [await pool.lend(), await pool.lend()]
      await one.query("begin; select 'canary'")
      const running = other.query("select pg_sleep(1), 'canary'")
      const error = await pool.lend().then(
        () => assert.fail('it was lent'),
        (reason: Error) => reason,
      )
      assert.match(error.message, OF_LIBRARIES)
      assert.match(
        error.message,
        /2 of 2 connections are lent.*lent for [\d.]+ s \(idle in transaction\), [\d.]+ s \(running\)/s,
      )
      assert.ok(!inspect(error, { depth: 9 }).includes('canary'))
      const { code, counts, checkouts } = innermost(error)
      assert.equal(code, 'POOL_TIMEOUT')
      assert.deepEqual([counts.active, counts.max], [2, 2])
      assert.deepEqual(
        checkouts.map(({ state }) => state),
        ['idle in transaction', 'running'],
      )
      await one.query('rollback')
      await running
      for (const client of [one, other]) await pool.giveBack(client)
      await pool.end()
      const kinds = listener.events.map(({ kind }) => kind)
      for (const kind of ['exhausted', 'saturated']) assert.equal(kinds.filter((one) => one === kind).length, 1)
      listener.stop()
    },
  },
  {
    name: 'lend: a pool is full and not full by turns → one event, and another one after a second in which it was not full',
    async run(open, database) {
      const listener = listenerOf<PoolEvent>('verifull:pool')
      listener.start()
      const pool = await open(database.settings, 2)
      const fill = async (times: number) => {
        for (let turn = 0; turn < times; turn++) {
          for (const client of [await pool.lend(), await pool.lend()]) await pool.giveBack(client)
        }
      }
      const saturated = () => listener.events.filter(({ kind }) => kind === 'saturated').length
      await fill(20)
      assert.equal(saturated(), 1)
      await sleep(1100)
      await pool.giveBack(await pool.lend())
      assert.equal(saturated(), 1)
      await fill(20)
      assert.equal(saturated(), 2)
      await pool.end()
      listener.stop()
    },
  },
  {
    name: 'lend: as many checkouts wait as may → one more fails at once, for a 503, and those that wait are served',
    async run(open, database) {
      const pool = await open({ ...database.settings, pool: { maxWaiting: 2 } }, 1)
      const client = await pool.lend()
      const waiting = [pool.lend(), pool.lend()]
      await sleep(20)
      const began = performance.now()
      const error = await pool.lend().then(
        () => assert.fail('it was lent'),
        (reason: Error) => innermost(reason),
      )
      assert.ok(performance.now() - began < 200)
      assert.equal(error.code, 'POOL_FULL')
      assert.ok(Number(error.retryAfterMs) >= 100)
      await pool.giveBack(client)
      for (const one of waiting) await pool.giveBack(await one)
      await pool.end()
    },
  },
  {
    name: 'leak: a connection is lent for longer than leakDetectionMs → one event with its age and the stack of the checkout',
    async run(open, database) {
      const listener = listenerOf<PoolEvent>('verifull:pool')
      listener.start()
      const pool = await open({ ...database.settings, pool: { leakDetectionMs: 150 } }, 2)
      const soon = await pool.lend()
      await pool.giveBack(soon)
      const leaked = await pool.lend()
      const leaks = () =>
        listener.events.flatMap(({ kind, checkout }) => (kind === 'leak' && checkout ? [checkout] : []))
      await until(() => leaks().length > 0)
      await sleep(200)
      const [{ ageMs, stack = '' } = { ageMs: 0 }, ...others] = leaks()
      assert.ok(ageMs >= 150)
      assert.match(stack, /guard-contract/)
      assert.equal(others.length, 0)
      await pool.giveBack(leaked)
      await pool.end()
      listener.stop()
    },
  },
]

/** The libraries' own words for a checkout that has waited for too long. */
const OF_LIBRARIES =
  /^(timeout exceeded when trying to connect|Operation timeout|Pool acquire operation timeout|Knex: Timeout acquiring a connection)/

/** An event on the channel of pools. */
interface PoolEvent {
  readonly kind: string
  readonly checkout?: Checkout
}

interface Checkout {
  readonly ageMs: number
  readonly state: string
  readonly stack?: string
}

/** The error of a pool. */
interface PoolError {
  readonly name: string
  readonly code: string
  readonly retryAfterMs?: number
  readonly counts: { readonly active: number; readonly max: number }
  readonly checkouts: readonly Checkout[]
}

/** The error that Verifull made, in what a library wraps around it. */
function innermost(error: unknown): PoolError {
  const { name, parent, cause } = error as {
    readonly name: string
    readonly parent?: unknown
    readonly cause?: unknown
  }
  return name === 'PoolError' ? (error as PoolError) : innermost(parent ?? cause ?? assert.fail(String(error)))
}

/** Lets that many connects and checkouts of a pool run out of time; its server does not answer during the first. */
async function timeOuts(
  open: Parameters<SurvivalPromise['run']>[0],
  database: Database,
  connects: number,
  checkouts: number,
): Promise<void> {
  const proxy = await swallowingProxy({ to: database.server })
  const settings = { ...database.settings, port: proxy.port, pool: { connectionTimeoutMillis: LIMIT_MS } }
  const pool = await open(settings, MANY)
  proxy.swallow()
  for (let count = 0; count < connects; count += MANY) await refused(pool, MANY)
  await until(() => proxy.open === 0)
  proxy.relay()
  const clients = await filled(pool)
  await refused(pool, checkouts)
  assert.equal(proxy.open, MANY)
  assert.equal(await sessions(database), MANY)
  for (const client of clients) await pool.giveBack(client)
  for (const client of await filled(pool)) await pool.giveBack(client)
  assert.equal(pool.size(), MANY)
  await pool.end()
  await until(async () => proxy.open === 0 && (await sessions(database)) === 0)
  await proxy.stop()
}

/** Lends until all clients are lent: on a busy machine a connect may take longer than its limit. */
async function filled(pool: PoolUnderTest): Promise<PooledClient[]> {
  const clients: PooledClient[] = []
  await until(async () => {
    const few = Math.min(4, MANY - clients.length)
    const lent = await Promise.allSettled(Array.from({ length: few }, () => pool.lend()))
    clients.push(...lent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
    return clients.length === MANY
  }, 20_000)
  return clients
}

async function refused(pool: PoolUnderTest, count: number): Promise<void> {
  const lent = await Promise.allSettled(Array.from({ length: count }, () => pool.lend()))
  assert.ok(lent.every(({ status }) => status === 'rejected'))
}

async function sessions({ server, settings }: Database): Promise<number> {
  const found = await server.sql(`select count(*) as n from pg_stat_activity where usename = '${settings.user}'`)
  return Number((found[0] as { readonly n?: unknown } | undefined)?.n)
}

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { swallowingProxy } from '../network/black-hole.ts'
import type { MonitorUnderTest } from './monitor-under-test.ts'
import type { SurvivalPromise } from './survival-promise.ts'
import { until } from './until.ts'

/** The contract of `monitor()`: each package runs it with the pool of its library. */
export const MONITOR_CONTRACT: readonly SurvivalPromise[] = [
  {
    name: 'monitor: before the first session → state without one; health makes it, and is ready',
    async run(open, { settings, server }) {
      const pool = await open(settings, 2)
      const monitor = pool.monitor()
      assert.equal(monitor.names.length, 1)
      const [{ counts, timings } = assert.fail()] = monitor.stats().pools
      assert.deepEqual([counts.active, counts.max, timings?.wait.count], [0, 2, 0])
      const { status, reasons, pools } = await monitor.health({ deadlineMs: 5000 })
      assert.deepEqual([status, reasons, pools.map(({ state }) => state)], ['ready', [], ['ready']])
      assert.ok((pools[0]?.latencyMs ?? 0) > 0)
      assert.ok(monitor.stats().endpoints.some((one) => one.port === server.port && one.sessions > 0))
      assert.equal(monitor.stats().pools[0]?.counts.active, 0)
      await pool.end()
    },
  },
  {
    name: 'monitor: two of one pool and a flood of questions → one checkout; each times the checkouts until its own close',
    async run(open, { settings }) {
      const pool = await open(settings, 2)
      const [one, other] = [pool.monitor(), pool.monitor()]
      const before = checkoutsOf(one)
      const healths = await Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 ? one : other).health()))
      assert.deepEqual([...new Set(healths.map(({ status }) => status))], ['ready'])
      await one.health()
      assert.equal(checkoutsOf(one) - before, 1)
      one.close()
      one.close()
      await pool.giveBack(await pool.lend())
      assert.equal(one.stats().pools[0]?.timings, undefined)
      const { wait, use } = other.stats().pools[0]?.timings ?? assert.fail()
      assert.deepEqual([wait.count, use.count], [2, 2])
      assert.equal((await one.health()).status, 'ready')
      await pool.end()
    },
  },
  {
    name: 'monitor: all sessions are lent → full, which is not dead, said without a checkout',
    async run(open, { settings }) {
      const pool = await open(settings, 2)
      const clients = [await pool.lend(), await pool.lend()]
      const monitor = pool.monitor()
      const before = checkoutsOf(monitor)
      const { status, reasons, pools } = await monitor.health()
      assert.deepEqual([status, pools.map(({ state }) => state)], ['degraded', ['full']])
      assert.match(reasons[0] ?? '', /is full: 2 of 2 sessions are lent, 0 checkouts wait$/)
      assert.equal(checkoutsOf(monitor), before)
      for (const client of clients) await pool.giveBack(client)
      assert.equal((await monitor.health()).status, 'ready')
      await pool.end()
    },
  },
  {
    name: 'monitor: the server does not answer → down within the deadline, said at once while it lasts, and ready when it is back',
    async run(open, { settings, server }) {
      const proxy = await swallowingProxy({ to: server })
      // The pool's connect waits for the silent server until then.
      const environment = { ...settings.environment, PGCONNECT_TIMEOUT: '3' }
      const pool = await open({ ...settings, environment, port: proxy.port }, 2)
      const client = await pool.lend()
      const monitor = pool.monitor()
      proxy.swallow()
      pool.protocol.discard(client, 'the contract makes room')
      await pool.giveBack(client)
      await until(() => pool.size() === 0)
      const began = performance.now()
      const { status, reasons, pools } = await monitor.health({ deadlineMs: 300 })
      const ms = performance.now() - began
      assert.deepEqual([status, pools.map(({ state }) => state)], ['down', ['down']])
      assert.match(reasons[0] ?? '', /lends no session: none within \d\.\d s$/)
      assert.ok(ms >= 290 && ms < 3000, `${ms} ms`)
      // Each would wait for as long as the first one, 15 s together.
      for (let n = 0; n < 50; n++) assert.equal((await monitor.health({ deadlineMs: 300 })).status, 'down')
      assert.ok(performance.now() - began - ms < 7500)
      proxy.relay()
      await until(async () => (await monitor.health({ deadlineMs: 1000 })).status !== 'down', 15_000)
      await pool.end()
      await proxy.stop()
    },
  },
  {
    name: 'monitor: the pool has ended → no state of it, and down; another object → refused',
    async run(open, { settings }) {
      const pool = await open(settings, 2)
      const monitor = pool.monitor()
      assert.equal((await monitor.health()).status, 'ready')
      await pool.end()
      for (const one of [monitor, pool.monitor()]) {
        assert.deepEqual(one.stats().pools, [])
        const { status, reasons } = await one.health()
        assert.equal(status, 'down')
        assert.match(reasons[0] ?? '', /has been closed/)
        one.close()
      }
      for (const other of [{}, null, undefined, 'db', { options: {} }, { client: {} }, { driver: {} }]) {
        assert.throws(() => pool.monitor(other), {
          code: 'CONFIGURATION',
          message: /monitor\(\): db must be an? [\w ]+ made of what secureConfig\(\) gave/,
        })
      }
    },
  },
  {
    name: 'monitor: events → its own alone, until close; a listener that throws changes nothing',
    async run(open, { settings }) {
      const [pool, other] = [await open(settings, 1), await open(settings, 1)]
      const [monitor, thrower] = [pool.monitor(), pool.monitor()]
      const heard: string[] = []
      monitor.onEvent('verifull:pool', ({ kind }) => void heard.push(kind))
      thrower.onEvent('verifull:pool', () => {
        throw new Error('of a listener')
      })
      await other.giveBack(await other.lend())
      assert.equal(heard.length, 0)
      await pool.giveBack(await pool.lend())
      await until(() => heard.includes('opened'))
      monitor.close()
      const before = heard.length
      await sleep(10)
      await pool.giveBack(await pool.lend())
      await Promise.all([pool.end(), other.end()])
      assert.equal(heard.length, before)
      thrower.close()
    },
  },
]

function checkoutsOf(monitor: MonitorUnderTest): number {
  return monitor.stats().pools[0]?.totals.checkouts ?? 0
}

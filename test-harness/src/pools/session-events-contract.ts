import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenerOf } from '../diagnostics/listener.ts'
import { swallowingProxy } from '../network/black-hole.ts'
import { relay } from '../network/relay.ts'
import type { PooledClient } from './contract.ts'
import type { SurvivalPromise } from './survival-promise.ts'
import { until } from './until.ts'

/** The contract of the events `opened` and `retired`: each package runs it with the pool of its library. */
export const SESSION_EVENTS_CONTRACT: readonly SurvivalPromise[] = [
  {
    name: 'events: sessions are opened, used, given back, and the pool ends → each is opened once, and retired once as closed',
    async run(open, { settings, server }) {
      const pool = await open(settings, 2)
      const heard = heardEvents()
      const clients = [await pool.lend(), await pool.lend()]
      for (const client of clients) await pool.giveBack(client)
      await pool.giveBack(await pool.lend())
      await until(() => heard('opened').length === 2)
      const [{ endpoint, pool: name = '', counts, connectMs = 0 } = assert.fail()] = heard('opened')
      assert.deepEqual(endpoint, { host: settings.host, port: server.port })
      assert.match(name, new RegExp(`:${server.port}/`))
      assert.ok(counts.total >= 1)
      assert.ok(connectMs > 0 && connectMs < 10_000, `${connectMs} ms`)
      assert.deepEqual(heard('retired'), [])
      await pool.end()
      assert.deepEqual(reasons(heard('retired')), ['closed', 'closed'])
      assert.equal(heard('opened').length, 2)
      heard.stop()
    },
  },
  {
    name: 'events: a lent session is ended by the server, an idle one does not answer, one is lost → unfit with its SQLSTATE, silent, lost',
    async run(open, { settings, server }) {
      const sockets: { destroy(): unknown }[] = []
      const behind = await relay(server, (from, to) => {
        sockets.push(from)
        from.pipe(to)
      })
      const proxy = await swallowingProxy({ to: behind })
      const pool = await open({ ...settings, port: proxy.port }, 1)
      const heard = heardEvents()
      const ended = await pool.lend()
      const pid = await pidOf(ended)
      await server.sql(`select pg_terminate_backend(${pid})`)
      await sleep(50)
      await pool.giveBack(ended)
      await pool.giveBack(await pool.lend())
      proxy.swallowOpen()
      await sleep(1100)
      const lost = await pool.lend()
      for (const socket of sockets) socket.destroy()
      await sleep(50)
      await pool.giveBack(lost)
      await pool.giveBack(await pool.lend())
      const retired = heard('retired')
      assert.deepEqual(reasons(retired), ['unfit 57P01', 'silent', 'lost'])
      for (const { ageMs = -1 } of retired) assert.ok(ageMs >= 0 && ageMs < 60_000)
      assert.deepEqual(
        retired.map(({ endpoint }) => endpoint?.port),
        [proxy.port, proxy.port, proxy.port],
      )
      await pool.end()
      assert.deepEqual([heard('opened').length, heard('retired').length], [4, 4])
      await proxy.stop()
      await behind.stop()
      heard.stop()
    },
  },
  {
    name: 'lifetime: two sessions reach pool.maxLifetimeSeconds, one idle and one lent → each leaves its pool, the lent one when it is given back',
    async run(open, { settings }) {
      const pool = await open({ ...settings, pool: { maxLifetimeSeconds: 1 } }, 2)
      const heard = heardEvents()
      const [lent, idle] = [await pool.lend(), await pool.lend()]
      const pids = [await pidOf(lent), await pidOf(idle)]
      await pool.giveBack(idle)
      await until(() => heard('retired').length === 1)
      await sleep(200)
      assert.equal(await pidOf(lent), pids[0])
      await pool.giveBack(lent)
      await until(() => heard('retired').length === 2)
      const next = await pool.lend()
      assert.ok(!pids.includes(await pidOf(next)))
      await pool.giveBack(next)
      const retired = heard('retired')
      assert.deepEqual(reasons(retired), ['lifetime', 'lifetime'])
      const [{ ageMs = 0 } = assert.fail()] = retired
      assert.ok(ageMs >= 850 && ageMs < 3000, `${ageMs} ms`)
      await pool.end()
      heard.stop()
    },
  },
]

interface PoolEvent {
  readonly kind: string
  readonly pool?: string
  readonly endpoint?: { readonly host: string; readonly port: number }
  readonly counts: { readonly total: number }
  readonly reason?: string
  readonly sqlState?: string
  readonly ageMs?: number
  readonly connectMs?: number
}

/** Returns a function that returns the events of a kind so far. */
function heardEvents() {
  const listener = listenerOf<PoolEvent>('verifull:pool')
  listener.start()
  const heard = (kind: string) => listener.events.filter((event) => event.kind === kind)
  return Object.assign(heard, { stop: () => listener.stop() })
}

function reasons(events: readonly PoolEvent[]): string[] {
  return events.map(({ reason, sqlState }) => (sqlState === undefined ? `${reason}` : `${reason} ${sqlState}`))
}

async function pidOf(client: PooledClient): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as pid')
  return Number(rows[0]?.pid)
}

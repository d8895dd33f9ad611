import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import type { SurvivalPromise } from './survival-promise.ts'

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

interface Seen {
  readonly event: string
  readonly context: Readonly<Record<string, unknown>>
  readonly store: unknown
}

/** The contract of checkouts that are followed by `tracingChannel('verifull:pool:acquire')`. */
export const TRACE_CONTRACT: readonly SurvivalPromise[] = [
  {
    name: 'lend: followed → each checkout is told in the asynchronous context of its caller, also after a wait',
    async run(open, database) {
      const pool = await open(database.settings, 1)
      const storage = new AsyncLocalStorage<string>()
      const { seen, stop } = follow(storage)
      const first = await storage.run('first', () => pool.lend())
      const waiting = storage.run('second', async () => {
        const client = await pool.lend()
        assert.equal(storage.getStore(), 'second')
        return client
      })
      await storage.run('elsewhere', () => pool.giveBack(first))
      await pool.giveBack(await waiting)
      stop()
      await pool.giveBack(await pool.lend())
      await pool.end()
      for (const store of ['first', 'second']) {
        const own = seen.filter((one) => one.store === store)
        assert.deepEqual(
          own.map(({ event }) => event),
          ['start', 'end', 'asyncStart', 'asyncEnd'],
        )
        const context: Seen['context'] = own[0]?.context ?? {}
        const { host, port, user } = database.settings
        assert.deepEqual([context.serverAddress, context.serverPort, context.user], [host, port, user])
        assert.match(String(context.pool), new RegExp(`^${host}:${port}/app`))
        assert.deepEqual(structuredClone(context), context)
      }
      assert.equal(seen.length, 8)
    },
  },
]

/** Follows the checkouts of this process; the list grows. */
function follow(storage: AsyncLocalStorage<string>): { readonly seen: readonly Seen[]; stop(): void } {
  const seen: Seen[] = []
  const listeners = Object.fromEntries(
    EVENTS.map((event) => [
      event,
      (context: unknown) => void seen.push({ event, context: context as Seen['context'], store: storage.getStore() }),
    ]),
  ) as Record<(typeof EVENTS)[number], (context: unknown) => void>
  const channel = tracingChannel('verifull:pool:acquire')
  channel.subscribe(listeners)
  return { seen, stop: () => void channel.unsubscribe(listeners) }
}

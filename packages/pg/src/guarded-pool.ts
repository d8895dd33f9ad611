import pg, { type Client, type ClientBase } from 'pg'
import { stopConnect } from './connects.ts'
import { hearErrors } from './hear-errors.ts'
import type { PgPool, Waiting } from './pg-pool.ts'
import { isFit, isWorking, needsProbe } from './probe.ts'
import { securedBy } from './secured.ts'
import { onSet, showInOptions, shownIn } from './shown-endpoint.ts'
import type { WaitingCheckouts } from './waiting-checkouts.ts'
import { type WatchedPgPool, watchPgPool } from './watched-pg-pool.ts'
import type { WatchedPool } from './watched-pool.ts'

/** pg's own field. */
type Connecting = ClientBase & { readonly _connected?: boolean }

// Every pool of a secured configuration, pg's own class included, and before its first client is made.
onSet(Object.getPrototypeOf(pg.Pool.prototype), 'options', (pool, options) => {
  showInOptions(options)
  const { Client } = (options ?? {}) as { readonly Client?: unknown }
  const secured = typeof Client === 'function' ? securedBy(Client) : undefined
  if (secured) guard(pool as PgPool, watchPgPool(pool as PgPool, shownIn(options)?.servers ?? secured.primary))
})

/** Has a pool probe a client that has been silent for more than a second before it lends it. */
function guard(pool: PgPool, { watched, waiting }: WatchedPgPool): void {
  hearErrors(pool)
  const acquire = pool._acquireClient
  const lend = (client: ClientBase, one: Waiting, idleListener: () => void, isNew: boolean, now: number) => {
    if (isNew) watched.opened(client)
    watched.lend(client, now)
    acquire.call(pool, client, one, idleListener, isNew)
  }
  const guarded: PgPool['_acquireClient'] = (client, one, idleListener, isNew) => {
    const now = Date.now()
    // A client that is over its lifetime is only handed out to be removed.
    if (isNew || !needsProbe(client, now) || pool._expired?.has(client)) {
      lend(client, one, idleListener, isNew, now)
      return
    }
    waiting.left(one)
    client.removeListener('error', idleListener)
    const working = isWorking(client)
    void isFit(client).then((fit) => {
      if (fit) return lend(client, one, idleListener, isNew, Date.now())
      if (working) letFinish(pool, client, watched)
      else pool._remove(client, () => pool._pulseQueue())
      if (!one.timedOut) pool._pendingQueue.unshift(one)
      pool._pulseQueue()
    })
  }
  stopsConnects(pool, waiting)
  Object.defineProperty(pool, '_acquireClient', { value: guarded, configurable: true, writable: true })
}

/** Has a pool stop a connect whose checkout has run out of time, unless another one waits for a client. */
function stopsConnects(pool: PgPool, waiting: WaitingCheckouts): void {
  const connect = pool.newClient
  const stopping = (one: Waiting) => {
    waiting.left(one)
    connect.call(pool, one)
    const client = pool._clients.at(-1)
    let timedOut = false
    Object.defineProperty(one, 'timedOut', {
      get: () => timedOut,
      set(value: boolean) {
        timedOut = value
        const connecting = client && !(client as Connecting)._connected
        if (connecting && pool._pendingQueue.length === 0) stopConnect(client)
      },
    })
  }
  Object.defineProperty(pool, 'newClient', { value: stopping, configurable: true, writable: true })
}

/** Takes a client out of the pool whose statement goes on, and ends it afterwards. */
function letFinish(pool: PgPool, client: ClientBase, watched: WatchedPool): void {
  const told = watched.retiring(client, true)
  pool._clients = pool._clients.filter((one) => one !== client)
  told()
  client.once('drain', () => void (client as Client).end())
  client.once('end', () => pool.emit('remove', client))
}

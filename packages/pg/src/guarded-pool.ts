import pg, { type Client, type ClientBase } from 'pg'
import { stopConnect } from './connects.ts'
import { hearErrors } from './hear-errors.ts'
import { isFit, isWorking, needsProbe } from './probe.ts'
import { securedBy } from './secured.ts'
import { onSet, showInOptions } from './shown-endpoint.ts'

/** A checkout that waits. */
interface Waiting {
  timedOut?: boolean
}

/** pg's own field. */
type Connecting = ClientBase & { readonly _connected?: boolean }

type Lend = (client: ClientBase, waiting: Waiting, idleListener: () => void, isNew: boolean) => void

/** pg-pool's own fields, the same since 3.0. */
interface PgPool extends pg.Pool {
  _clients: ClientBase[]
  readonly _idle: readonly { readonly client: ClientBase }[]
  readonly _expired?: WeakSet<ClientBase>
  readonly _pendingQueue: Waiting[]
  readonly _acquireClient: Lend
  newClient: (waiting: Waiting) => void
  _remove(client: ClientBase, done: () => void): void
  _pulseQueue(): void
}

// Every pool of a secured configuration, pg's own class included, and before its first client is made.
onSet(Object.getPrototypeOf(pg.Pool.prototype), 'options', (pool, options) => {
  showInOptions(options)
  const { Client } = (options ?? {}) as { readonly Client?: unknown }
  if (typeof Client === 'function' && securedBy(Client)) guard(pool as PgPool)
})

/** Has a pool probe a client that has been silent for more than a second before it lends it. */
function guard(pool: PgPool): void {
  hearErrors(pool)
  const lend = pool._acquireClient
  const guarded: Lend = (client, waiting, idleListener, isNew) => {
    // One that is over its lifetime is only handed out to be removed.
    if (isNew || pool._expired?.has(client) || !needsProbe(client)) {
      lend.call(pool, client, waiting, idleListener, isNew)
      return
    }
    client.removeListener('error', idleListener)
    const working = isWorking(client)
    void isFit(client).then((fit) => {
      if (fit) return lend.call(pool, client, waiting, idleListener, isNew)
      if (working) letFinish(pool, client)
      else pool._remove(client, () => pool._pulseQueue())
      if (!waiting.timedOut) pool._pendingQueue.unshift(waiting)
      pool._pulseQueue()
    })
  }
  stopsConnects(pool)
  Object.defineProperty(pool, '_acquireClient', { value: guarded, configurable: true, writable: true })
}

/** Has a pool stop a connect whose checkout has run out of time, unless another one waits for a client. */
function stopsConnects(pool: PgPool): void {
  const connect = pool.newClient
  const stopping = (waiting: Waiting) => {
    connect.call(pool, waiting)
    const client = pool._clients.at(-1)
    let timedOut = false
    Object.defineProperty(waiting, 'timedOut', {
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
function letFinish(pool: PgPool, client: ClientBase): void {
  pool._clients = pool._clients.filter((one) => one !== client)
  client.once('drain', () => void (client as Client).end())
  client.once('end', () => pool.emit('remove', client))
}

import { setTimeout as sleep } from 'node:timers/promises'
import { isTimed, isTraced, type Profile } from '@verifull/core/adapter'
import type { ClientBase, PoolClient } from 'pg'
import { connectionOf } from './client-connection.ts'
import type { PgPool } from './pg-pool.ts'
import type { WatchLimits } from './pool-view.ts'
import { type Lent, tracedCallback, tracedCheckout, tracedIdle } from './traced-checkout.ts'
import { noteCheckout, WatchedPool } from './watched-pool.ts'
import { rememberWatched } from './watched-pools.ts'

/** pg-pool's words for a checkout that has waited for too long. */
const LATE = 'timeout exceeded when trying to connect'
/** Time between two looks at a pool that ends, in milliseconds. */
const LOOK_MS = 20

type Method = (this: PgPool, ...args: unknown[]) => unknown

/** Watches a pool of pg: its checkouts can be refused, their failures tell who has the clients, and `close()` can end it. */
export function watchPgPool(pool: PgPool, servers: readonly Profile[]): WatchedPool {
  // pg-pool's constructor fills the limits in later.
  const options = pool.options as typeof pool.options & WatchLimits
  const max = () => options.max ?? 0
  const lent = () => {
    const idle = new Set(pool._idle.map(({ client }) => client))
    return pool._clients.filter((client) => !idle.has(client) && (connectionOf(client)?.lentAt ?? 0) > 0)
  }
  const watched = new WatchedPool({
    source: 'pg',
    profile: servers[0],
    servers,
    limits: options,
    counts: () => ({
      total: pool._clients.length,
      idle: pool._idle.length,
      active: lent().length,
      waiting: pool._pendingQueue.length,
      max: max(),
    }),
    max,
    min: () => (options as { readonly min?: number }).min ?? 0,
    taken: () => pool._clients.length - pool._idle.length,
    queued: () => pool._pendingQueue.length - pool._idle.length - (max() - pool._clients.length),
    lent,
    acquire: () => pool.connect(),
    release: (client) => (client as PoolClient).release(),
    isEnding: () => pool.ending,
    end: () => end(pool),
    cutOff(reason) {
      for (const { callback } of pool._pendingQueue.splice(0)) callback(reason, undefined, () => {})
      for (const client of lent()) pool._remove(client, () => pool._pulseQueue())
      // Those that are being made.
      for (const client of pool._clients) connectionOf(client)?.stream.destroy(reason)
    },
  })
  rememberWatched(pool, watched)
  own(pool, 'connect', checkout)
  own(pool, '_remove', (client: ClientBase, done: () => void) => {
    const isIdle = pool._idle.some((one) => one.client === client)
    const told = watched.retiring(client, !isIdle)
    try {
      inherited(pool, '_remove').call(pool, client, done)
    } finally {
      told()
    }
  })
  own(pool, '_release', (client: ClientBase, ...others: unknown[]) => {
    watched.givenBack(client)
    return inherited(pool, '_release').call(pool, client, ...others)
  })
  own(pool, 'end', (done?: (error?: Error) => void) => {
    // A library that ends its pool after close() has nothing left to do.
    const ending = watched.closing ?? (inherited(pool, 'end').call(pool) as Promise<void>)
    ending.then(() => watched.ended()).catch(() => {})
    if (!done) return ending
    ending.then(() => done(), done)
  })
  return watched

  function checkout(given?: Lent): unknown {
    if (!isTraced('verifull:pool:acquire')) return lend(given)
    if (given && lendsAtOnce()) return tracedIdle(watched, (lent) => inherited(pool, 'connect').call(pool, lent), given)
    const lending = () => lend() as Promise<PoolClient>
    return given ? tracedCallback(watched, lending, given) : tracedCheckout(watched, lending)
  }

  /** True if there is an idle client: nothing to refuse, and nothing to wait for. */
  function lendsAtOnce(): boolean {
    return !watched.isStrict && pool._idle.length > pool._pendingQueue.length
  }

  function lend(given?: Lent): unknown {
    if (!isTimed() && lendsAtOnce()) return inherited(pool, 'connect').call(pool, given)
    const refusal = watched.refusal()
    if (refusal) return given ? given(refusal, undefined, () => {}) : Promise.reject(refusal)
    const began = performance.now()
    const stack = watched.stackOf(checkout)
    const judged = (error: Error) => (error.message === LATE ? watched.late(LATE, performance.now() - began) : error)
    if (given) {
      return inherited(pool, 'connect').call(pool, (error?: Error, client?: ClientBase, release?: () => void) => {
        watched.waited(began)
        if (client && stack !== undefined) noteCheckout(client, stack)
        given(error && judged(error), client, release)
      })
    }
    return (inherited(pool, 'connect').call(pool) as Promise<ClientBase>).then(
      (client) => {
        watched.waited(began)
        if (stack !== undefined) noteCheckout(client, stack)
        return client
      },
      (error: Error) => {
        watched.waited(began)
        throw judged(error)
      },
    )
  }
}

/** Ends a pool after the checkouts that wait have been served. */
async function end(pool: PgPool): Promise<void> {
  while (!pool.ending && pool._pendingQueue.length > 0) await sleep(LOOK_MS)
  if (!pool.ending) await inherited(pool, 'end').call(pool)
  while (!pool.ended) await sleep(LOOK_MS)
}

type Own = 'connect' | 'end' | '_remove' | '_release'

function own(pool: PgPool, name: Own, value: (...args: never[]) => unknown): void {
  Object.defineProperty(pool, name, { value, configurable: true, writable: true })
}

/** Returns the method of the pool's class at the time of the call: instrumentations replace it there. */
function inherited(pool: PgPool, name: Own): Method {
  return (Object.getPrototypeOf(pool) as Record<string, Method>)[name] as Method
}

import { setTimeout as sleep } from 'node:timers/promises'
import { isTimed, type Profile } from '@verifull/core/adapter'
import type { ClientBase, PoolClient } from 'pg'
import { connectionOf } from './client-connection.ts'
import { followedCheckout } from './followed-checkout.ts'
import type { Lent, PgPool } from './pg-pool.ts'
import type { WatchLimits } from './pool-view.ts'
import { WaitingCheckouts } from './waiting-checkouts.ts'
import { WatchedPool } from './watched-pool.ts'
import { rememberWatched } from './watched-pools.ts'

/** pg-pool's words for a checkout that has waited for too long. */
const LATE = 'timeout exceeded when trying to connect'
/** Time between two looks at a pool that ends, in milliseconds. */
const LOOK_MS = 20

/** The methods of pg-pool that a watched pool has its own of. */
interface Methods {
  connect(this: PgPool, lent?: Lent): unknown
  end(this: PgPool): Promise<void>
  _remove(this: PgPool, client: ClientBase, done: () => void): void
  _release(this: PgPool, client: ClientBase, idleListener: () => void, error: unknown): void
  /** Not in each version of pg-pool. */
  _isAboveMin?(this: PgPool): boolean
}

/** A pool of pg, and its checkouts that wait. */
export interface WatchedPgPool {
  readonly watched: WatchedPool
  readonly waiting: WaitingCheckouts
}

/** Watches a pool of pg: its checkouts can be refused, their failures tell who has the clients, and `close()` can end it. */
export function watchPgPool(pool: PgPool, servers: readonly Profile[]): WatchedPgPool {
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
  const waiting = new WaitingCheckouts(pool, (limitMs) => watched.late(LATE, limitMs))
  rememberWatched(pool, watched)
  own(pool, 'connect', checkout)
  own(pool, '_remove', (client: ClientBase, done: () => void) => {
    const isIdle = pool._idle.some((one) => one.client === client)
    const told = watched.retiring(client, !isIdle)
    try {
      classOf(pool)._remove.call(pool, client, done)
    } finally {
      told()
    }
  })
  let isTakenBack = false
  own(pool, '_release', (client: ClientBase, idleListener: () => void, error: unknown) => {
    if (isTimed()) watched.givenBack(client)
    isTakenBack = true
    try {
      classOf(pool)._release.call(pool, client, idleListener, error)
    } finally {
      isTakenBack = false
    }
  })
  // True for a client that is to have a timer for its idle time: one that is given back while checkouts wait is lent at once.
  own(pool, '_isAboveMin', () => {
    const isLentAtOnce = isTakenBack && pool._pendingQueue.length > 0
    return !isLentAtOnce && classOf(pool)._isAboveMin?.call(pool) !== false
  })
  own(pool, 'end', (done?: (error?: Error) => void) => {
    // A library that ends its pool after close() has nothing left to do.
    const ending = watched.closing ?? classOf(pool).end.call(pool)
    ending.then(() => watched.ended()).catch(() => {})
    if (!done) return ending
    ending.then(() => done(), done)
  })
  return { watched, waiting }

  function checkout(given?: Lent): unknown {
    const followed = followedCheckout(watched, checkout)
    // There is nothing to refuse and nothing to wait for.
    const isIdle = !watched.closing && pool._idle.length > pool._pendingQueue.length
    const refusal = isIdle ? undefined : watched.refusal()
    if (refusal) {
      followed?.refused(refusal)
      return given ? given(refusal, undefined, () => {}) : Promise.reject(refusal)
    }
    if (!followed) return waiting.begin(connect, given)
    if (!given) return followed.follow(() => waiting.begin(connect, given) as Promise<ClientBase>)
    const lent = followed.callback(given, !isIdle)
    return followed.run(() => waiting.begin(connect, lent))
  }

  function connect(lent?: Lent): unknown {
    return classOf(pool).connect.call(pool, lent)
  }
}

/** Ends a pool after the checkouts that wait have been served. */
async function end(pool: PgPool): Promise<void> {
  while (!pool.ending && pool._pendingQueue.length > 0) await sleep(LOOK_MS)
  if (!pool.ending) await classOf(pool).end.call(pool)
  while (!pool.ended) await sleep(LOOK_MS)
}

function own(pool: PgPool, name: keyof Methods, value: (...args: never[]) => unknown): void {
  Object.defineProperty(pool, name, { value, configurable: true, writable: true })
}

/** Returns the methods of the pool's class at the time of the call: instrumentations replace them there. */
function classOf(pool: PgPool): Methods {
  return Object.getPrototypeOf(pool) as Methods
}

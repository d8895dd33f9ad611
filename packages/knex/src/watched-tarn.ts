import { setTimeout as sleep } from 'node:timers/promises'
import type { Profile } from '@verifull/core'
import { type Connects, WatchedPool, type WatchLimits } from '@verifull/pg'
import { type Tarn, waitingIn } from './tarn.ts'

type Client = Parameters<WatchedPool['lend']>[0]

/** Time between two looks at a pool that ends, in milliseconds. */
const LOOK_MS = 20

/** Ways of a dialect to lend and to end. */
export interface Lending {
  acquire(): Promise<Client>
  release(client: Client): Promise<unknown>
  /** Destroys the pool. */
  destroy(): Promise<unknown>
}

/** Watches a pool of Knex. */
export function watchTarn(
  pool: Tarn,
  connects: Connects,
  { servers, limits }: { readonly servers: readonly Profile[]; readonly limits: WatchLimits },
  { destroy, ...lending }: Lending,
): WatchedPool {
  const lent = () => pool.used.map(({ resource }) => resource as Client)
  const watched = new WatchedPool({
    source: 'knex',
    profile: servers[0],
    servers,
    limits,
    counts: () => ({
      total: pool.used.length + pool.free.length + pool.pendingCreates.length,
      idle: pool.free.length,
      active: pool.used.length,
      waiting: pool.pendingAcquires.length,
      max: pool.max,
    }),
    max: () => pool.max,
    min: () => pool.min,
    taken: () => pool.used.length + pool.pendingCreates.length,
    queued: () => pool.pendingAcquires.length - (pool.max - pool.used.length),
    lent,
    ...lending,
    isEnding: () => pool.destroyed,
    async end() {
      while (waitingIn(pool) > 0) await sleep(LOOK_MS)
      await destroy()
    },
    cutOff(reason) {
      connects.stop(pool.pendingCreates.length)
      for (const waiting of [...pool.pendingAcquires]) waiting.reject(reason)
      // The end of the pool waits for them.
      for (const client of lent()) pool.release(client)
    },
  })
  pool.on('createSuccess', (_, connection) => watched.opened(connection as Client))
  // It has left the lists of the pool by then.
  pool.on('destroyRequest', (_, connection) => {
    const { __knex__disposed: reason } = connection as { readonly __knex__disposed?: unknown }
    watched.retiring(connection as Client, Boolean(reason))()
  })
  return watched
}

import type { Profile } from '@verifull/core'
import { type Connects, rememberWatched, WatchedPool, type WatchLimits } from '@verifull/pg'
import type { SequelizePool } from './pool-protocol.ts'

type Client = Parameters<WatchedPool['lend']>[0]

/** Watches one pool of a Sequelize. */
export function watchSequelizePool(
  pool: SequelizePool,
  connects: Connects,
  { servers, limits }: { readonly servers: readonly Profile[]; readonly limits: WatchLimits },
): WatchedPool {
  const lent = () => pool._inUseObjects.map(({ resource }) => resource as Client)
  const watched = new WatchedPool({
    source: 'sequelize',
    profile: servers[0],
    servers,
    limits,
    counts: () => ({
      total: pool.size,
      idle: pool.available,
      active: pool.using,
      waiting: pool.waiting,
      max: pool.maxSize,
    }),
    max: () => pool.maxSize,
    min: () => pool.minSize,
    taken: () => pool.size - pool.available,
    queued: () => pool.waiting - (pool.maxSize - pool.using),
    lent,
    acquire: () => pool.acquire(),
    release: (client) => pool.release(client),
    isEnding: () => pool._draining,
    async end() {
      await pool.drain()
      await pool.destroyAllNow()
    },
    cutOff(reason) {
      connects.stop(pool.size)
      for (const waiting of pool._pendingAcquires.splice(0)) waiting.reject(reason)
      // A hook of the application may fail; the connection has left the pool by then.
      for (const client of lent()) void pool.destroy(client).catch(() => {})
    },
  })
  rememberWatched(pool, watched)
  return watched
}

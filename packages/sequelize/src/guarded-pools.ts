import { isFit, needsProbe } from '@verifull/pg'
import type { Pools, SequelizePool } from './pool-protocol.ts'

/**
 * Has the pools of a Sequelize probe a connection that has been silent for more than a second before they lend it. Their own
 * check is synchronous.
 */
export function guardPools(pools: Pools | undefined): void {
  for (const pool of [pools?.read, pools?.write, pools]) {
    if (pool && '_availableObjects' in pool) guard(pool as SequelizePool)
  }
}

function guard(pool: SequelizePool): void {
  const acquire = pool.acquire
  pool.acquire = async function (this: SequelizePool) {
    for (;;) {
      const connection = await acquire.call(this)
      if (!needsProbe(connection) || (await isFit(connection))) return connection
      // A hook of the application may fail; the connection has left the pool by then.
      void this.destroy(connection).catch(() => {})
    }
  }
}

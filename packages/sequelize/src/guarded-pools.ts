import { isTimed } from '@verifull/core/adapter'
import { Checkouts, Connects, connectWhileWanted, isFit, needsProbe, securedBy } from '@verifull/pg'
import type { Pools, SequelizePool } from './pool-protocol.ts'
import { watchSequelizePool } from './watched-sequelize-pool.ts'

type Client = Parameters<Connects['add']>[0]

/** The connects of each pool. */
const connects = new WeakMap<SequelizePool, Connects>()

/**
 * Has the pools of a Sequelize probe a connection that has been silent for more than a second before they lend it. Their own
 * check is synchronous.
 */
export function guardPools(pools: Pools | undefined, driver: unknown): void {
  const { primary = [], replicas = [], limits = {} } = securedBy(driver) ?? {}
  for (const pool of [pools?.read, pools?.write, pools]) {
    const servers = pool === pools?.read && replicas.length > 0 ? replicas : primary
    if (pool && '_availableObjects' in pool) guard(pool as SequelizePool, { servers, limits })
  }
}

/**
 * Adds a connect to those of a pool, which stops it when no checkout waits for it any more.
 *
 * @param isRead True if it is for the pool of the replicas.
 */
export function rememberConnect(
  pools: Pools | undefined,
  isRead: boolean,
  client: Client,
  ready: Promise<unknown>,
): void {
  const pool = (isRead ? pools?.read : pools?.write) ?? pools
  connects.get(pool as SequelizePool)?.add(client, ready)
}

function guard(pool: SequelizePool, watching: Parameters<typeof watchSequelizePool>[2]): void {
  const own = new Connects()
  const watched = watchSequelizePool(pool, own, watching)
  connects.set(pool, own)
  const { acquire, release, destroyAllNow } = pool
  // Sequelize ends its pool with it.
  pool.destroyAllNow = async function endWatched(this: SequelizePool) {
    await destroyAllNow.call(this)
    if (this._draining) watched.ended()
  }
  pool.release = function releaseTimed(this: SequelizePool, connection) {
    if (isTimed()) watched.givenBack(connection as Client)
    release.call(this, connection)
  }
  const checkouts = new Checkouts<Client>(watched, {
    probed: fitOne,
    isTimeout,
    limitMs: () => pool.acquireTimeoutMillis,
    failed: () => own.stop(excessOf(pool)),
  })
  const acquireOne = () => acquire.call(pool)
  pool.acquire = function acquireFit() {
    return checkouts.checkout(acquireOne, acquireFit)
  }
  async function fitOne(connection: Client): Promise<Client> {
    if (await isFit(connection)) return connection
    // A hook of the application may fail; the connection has left the pool by then.
    void pool.destroy(connection).catch(() => {})
    const next = await acquire.call(pool)
    return needsProbe(next) ? fitOne(next) : next
  }
  const { create } = pool._factory
  pool._factory.create = async () => {
    const connection = await connectWhileWanted(create, () => pool.waiting > 0)
    // The pool has it then.
    process.nextTick(() => watched.opened(connection as Client))
    return connection
  }
  const { destroy } = pool
  pool.destroy = (connection) => {
    const isLent = pool._inUseObjects.some(({ resource }) => resource === connection)
    const isIdle = pool._availableObjects.some(({ resource }) => resource === connection)
    const told = watched.retiring(connection as Client, isLent)
    const over = destroy.call(pool, connection)
    if (isLent || isIdle) told()
    return over
  }
}

/** Number of connects that neither a checkout nor the least number of connections needs. */
function excessOf({ size, available, using, waiting, minSize }: SequelizePool): number {
  const made = available + using
  return size - made - Math.max(waiting, minSize - made)
}

/** The pool's class is no property of Sequelize's, and there may be two copies of it. */
function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.constructor.name === 'TimeoutError'
}

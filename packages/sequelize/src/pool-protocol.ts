import { type PoolProtocol, securedBy } from '@verifull/pg'

type ClientBase = Parameters<PoolProtocol['isLent']>[0]

/** The parts of sequelize-pool, the pool of both versions, that tell where a connection is, and that make and destroy one. */
export interface SequelizePool {
  readonly _availableObjects: readonly { readonly resource: unknown }[]
  readonly _inUseObjects: readonly { readonly resource: unknown; useCount: number }[]
  /** Connections, those that are being made among them. */
  readonly size: number
  readonly available: number
  readonly using: number
  /** Checkouts that wait. */
  readonly waiting: number
  readonly _draining: boolean
  readonly acquireTimeoutMillis: number
  readonly minSize: number
  readonly maxSize: number
  readonly _pendingAcquires: { reject(error: Error): void }[]
  readonly _factory: { create(): Promise<unknown> }
  acquire(): Promise<ClientBase>
  release(connection: unknown): void
  destroy(connection: unknown): Promise<void>
  /** Lends nothing new, and resolves when no checkout waits and nothing is lent. */
  drain(): Promise<void>
  destroyAllNow(): Promise<void>
}

/** With replicas there are two pools. */
export interface Pools extends Partial<SequelizePool> {
  readonly read?: Partial<SequelizePool> | null
  readonly write?: Partial<SequelizePool>
}

/** The pools of the Sequelize that made a connection. */
const owners = new WeakMap<object, () => Pools | undefined>()
const discarded = new WeakSet<object>()

/**
 * Remembers the pools that a connection is made for: to be called in Sequelize's hook `afterConnect`, before the pool has
 * it.
 *
 * @param pools Gives the pools of the Sequelize that connects.
 */
export function rememberPools(connection: object, pools: () => Pools | undefined): void {
  owners.set(connection, pools)
}

/** True for a driver of `secureConfig()`. */
export function isSecured(driver: unknown): boolean {
  return securedBy(driver)?.pool === SEQUELIZE_POOL
}

/** The protocol of the pool of Sequelize 6 and 7. */
export const SEQUELIZE_POOL: PoolProtocol = {
  isLent(client) {
    const pool = poolOf(client)
    return pool?._inUseObjects.some(({ resource }) => resource === client)
  },
  discard(client) {
    if (discarded.has(client)) return
    discarded.add(client)
    // Sequelize looks at it before it lends.
    Object.defineProperty(client, '_invalid', { get: () => true, set() {}, configurable: true })
    const pool = poolOf(client)
    const lent = pool?._inUseObjects.find(({ resource }) => resource === client)
    // The pool compares it with `maxUses` when the connection is given back.
    if (lent) lent.useCount = Number.POSITIVE_INFINITY
    // A hook of the application may fail; the connection has left the pool by then.
    else void pool?.destroy(client).catch(() => {})
  },
}

/** True while a pool has the connection, idle or lent. */
export function isPooled(connection: object): boolean {
  return poolOf(connection as ClientBase) !== undefined
}

/** The pool that has a connection; undefined where none has it. */
function poolOf(client: ClientBase): SequelizePool | undefined {
  const pools = owners.get(client)?.()
  return [pools?.read, pools?.write, pools].find((pool): pool is SequelizePool =>
    [...(pool?._availableObjects ?? []), ...(pool?._inUseObjects ?? [])].some(({ resource }) => resource === client),
  )
}

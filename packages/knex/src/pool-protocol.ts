import type { PoolProtocol } from '@verifull/pg'
import { type Tarn, tarnOf } from './tarn.ts'

type ClientBase = Parameters<PoolProtocol['isLent']>[0]

/** The dialect that made a connection; its pool is there until it is destroyed. */
const dialects = new WeakMap<ClientBase, { readonly pool?: unknown }>()
const reasons = new WeakMap<ClientBase, string>()

/** Remembers the dialect whose pool a connection is made for. */
export function rememberPool(connection: ClientBase, dialect: { readonly pool?: unknown }): void {
  dialects.set(connection, dialect)
}

/** The protocol of Knex's pool. */
export const KNEX_POOL: PoolProtocol = {
  isLent(client) {
    const pool = poolOf(client)
    if (pool?.used.some(({ resource }) => resource === client)) return true
    return pool?.free.some(({ resource }) => resource === client) ? false : undefined
  },
  discard(client, reason) {
    if (reasons.has(client)) return
    reasons.set(client, reason)
    // Knex looks at it before it lends, and logs it; at the end of a connection it writes a reason of its own over it.
    Object.defineProperty(client, '__knex__disposed', { get: () => reason, set() {}, configurable: true })
    removeIdle(client)
  },
}

/** True for a connection that must leave its pool. */
export function isDiscarded(client: ClientBase): boolean {
  return reasons.has(client)
}

/** Takes a connection out of its pool if it is idle there. */
export function removeIdle(client: ClientBase): void {
  const pool = poolOf(client)
  const index = pool?.free.findIndex(({ resource }) => resource === client) ?? -1
  const [idle] = index < 0 ? [] : (pool?.free.splice(index, 1) ?? [])
  idle?.settle()
  // As tarn does with one that has been idle for too long: the end of the pool waits for it.
  if (idle) void pool?._destroy(client)
}

function poolOf(client: ClientBase): Tarn | undefined {
  return tarnOf(dialects.get(client))
}

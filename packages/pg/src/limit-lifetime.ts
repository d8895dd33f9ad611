import type { Profile } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import type { PoolProtocol } from './pool-protocol.ts'
import { noteRetirement } from './session-events.ts'

/** Part of its life by which a session may leave earlier, so that sessions that were made together do not leave together. */
const JITTER = 0.1

/**
 * Has a session leave its pool at the end of its life; one that is lent leaves when it is given back. A session in no pool is left
 * alone. The timer keeps no process alive.
 */
export function limitLifetime(client: ClientBase, { maxLifetimeMs }: Profile, pool: PoolProtocol): void {
  const connection = connectionOf(client)
  if (!connection || maxLifetimeMs === 0) return
  const lifeMs = maxLifetimeMs * (1 - Math.random() * JITTER)
  const timer = setTimeout(leave, lifeMs).unref()
  connection.once('end', () => clearTimeout(timer))

  function leave(): void {
    if (pool.isLent(client) === undefined) return
    noteRetirement(client, 'lifetime')
    pool.discard(client, 'the connection has reached its age (pool.maxLifetimeSeconds)')
  }
}

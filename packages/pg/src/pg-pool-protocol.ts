import type { Client, ClientBase } from 'pg'
import type { PoolProtocol } from './pool-protocol.ts'

/** A client with the fields of pg and of pg-pool that tell where it is. */
interface PooledClient extends ClientBase {
  /** pg-pool's, since the client was first lent. */
  readonly release?: unknown
  /** pg-pool's: it compares the number with `maxUses` when the client is given back. */
  _poolUseCount?: number
  /** pg's: the client has been told to end. */
  readonly _ending?: boolean
  end: Client['end']
}

/** The protocol of pg's own Pool, which TypeORM uses as well. */
export const PG_POOL: PoolProtocol = {
  isLent(client: PooledClient) {
    if (!client.release || client._ending) return undefined
    return idleListenerOf(client) === undefined
  },
  discard(client: PooledClient, reason) {
    client._poolUseCount = Number.POSITIVE_INFINITY
    if (PG_POOL.isLent(client) === false) removeIdle(client, reason)
  },
}

/** pg-pool listens for errors while a client is idle, by a function of this name, and removes the client on one. */
function idleListenerOf(client: PooledClient): ((error: Error) => void) | undefined {
  return client.listeners('error').find(({ name }) => name === 'idleListener') as ((error: Error) => void) | undefined
}

/** Thrown where pg-pool goes on from removing a client to emitting the error. */
const REMOVED = Symbol('removed')

/**
 * Has pg-pool remove an idle client as after an error. It would then emit the error as its own, on which applications exit,
 * so the removal is interrupted as soon as the client is told to end.
 */
function removeIdle(client: PooledClient, reason: string): void {
  const end = client.end
  const leaving = (done?: () => void) => {
    client.end = end
    if (done) client.end(done)
    else void client.end()
    throw REMOVED
  }
  client.end = leaving as typeof client.end
  try {
    idleListenerOf(client)?.call(client, new Error(reason))
  } catch (thrown) {
    if (thrown !== REMOVED) throw thrown
  } finally {
    client.end = end
  }
}

import type { Retirement } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import type { PoolProtocol } from './pool-protocol.ts'
import { noteRetirement } from './session-events.ts'

/** Has the pool discard a client when its secret has been replaced, its server's name has moved, or reads belong elsewhere. */
export function retireWith(client: ClientBase, retired: AbortSignal, pool: PoolProtocol): void {
  const retire = () => {
    const { reason, message } = retired.reason as Retirement
    noteRetirement(client, reason)
    pool.discard(client, message)
  }
  if (retired.aborted) queueMicrotask(retire)
  else retired.addEventListener('abort', retire, { once: true })
  client.once('end', () => retired.removeEventListener('abort', retire))
}

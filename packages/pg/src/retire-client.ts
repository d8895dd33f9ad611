import type { Retirement } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import type { PoolProtocol } from './pool-protocol.ts'
import { noteRetirement } from './session-events.ts'

/** Has the pool discard a client when the secret that it was opened with has been replaced, or its server's name has moved. */
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

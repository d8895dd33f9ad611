import type { ClientBase } from 'pg'
import type { PoolProtocol } from './pool-protocol.ts'

const REASON = 'the secret of this connection has been replaced'

/** Has the pool discard a client when the secret that it was opened with has been replaced. */
export function retireWith(client: ClientBase, retired: AbortSignal, pool: PoolProtocol): void {
  const retire = () => pool.discard(client, REASON)
  if (retired.aborted) queueMicrotask(retire)
  else retired.addEventListener('abort', retire, { once: true })
  client.once('end', () => retired.removeEventListener('abort', retire))
}

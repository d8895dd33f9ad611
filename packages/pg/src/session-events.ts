import type { PoolEvent, RetireReason } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { attestationOf } from './attestation.ts'
import { connectionOf } from './client-connection.ts'
import type { RetiredFor } from './retired-for.ts'

/** pg's own fields. */
interface ClientOfPg extends ClientBase {
  readonly host?: string
  readonly port?: number
  readonly _ending?: boolean
  readonly _queryable?: boolean
}

/** The state of a client when it leaves its pool, which tells the reason where none has been noted. */
export interface Leaving {
  /** True while the pool ends. */
  readonly isEnding: boolean
  /** True for a client that the application or the library gives up, false for one that is idle. */
  readonly isGivenUp: boolean
}

/** An event about a session, without the names and numbers of its pool. */
export type SessionEvent = Pick<PoolEvent, 'endpoint'> &
  (
    | { readonly kind: 'opened'; readonly connectMs: number }
    | (RetiredFor & { readonly kind: 'retired'; readonly ageMs: number })
  )

/** Notes the reason that a session will leave its pool for; the first one counts. */
export function noteRetirement(client: ClientBase, reason: RetireReason, sqlState?: string): void {
  const connection = connectionOf(client)
  if (connection) connection.retiredFor ??= { reason, sqlState }
}

/** Returns the event of a session that a pool has from now on. */
export function openedEvent(client: ClientBase): SessionEvent {
  const { beganAt = performance.now() } = connectionOf(client) ?? {}
  return { kind: 'opened', endpoint: endpointOf(client), connectMs: performance.now() - beganAt }
}

/** Returns the event of a session that leaves its pool; to be called before it is told to end. */
export function retiredEvent(client: ClientBase, leaving: Leaving): SessionEvent {
  const { reason, sqlState } = connectionOf(client)?.retiredFor ?? {
    reason: reasonOf(client, leaving),
    sqlState: undefined,
  }
  const since = attestationOf(client)?.establishedAt.getTime() ?? Date.now()
  return { kind: 'retired', endpoint: endpointOf(client), reason, sqlState, ageMs: Math.max(0, Date.now() - since) }
}

function reasonOf(client: ClientOfPg, { isEnding, isGivenUp }: Leaving): RetireReason {
  if (isEnding) return 'closed'
  if (!client._ending && (client._queryable === false || connectionOf(client)?.stream.destroyed)) return 'lost'
  return isGivenUp || client._ending ? 'discarded' : 'idle'
}

function endpointOf({ host, port }: ClientOfPg): PoolEvent['endpoint'] {
  return host === undefined || port === undefined ? undefined : { host, port }
}

import type { ClientBase, Pool } from 'pg'

/** pg-pool's callback of a checkout. */
export type Lent = (error: Error | undefined, client?: ClientBase, release?: () => void) => void

/** A checkout that waits. */
export interface Waiting {
  callback: Lent
  timedOut?: boolean
}

/** pg-pool's own fields, the same since 3.0. */
export interface PgPool extends Pool {
  _clients: ClientBase[]
  readonly _idle: readonly { readonly client: ClientBase }[]
  readonly _expired?: WeakSet<ClientBase>
  readonly _pendingQueue: Waiting[]
  readonly _acquireClient: (client: ClientBase, waiting: Waiting, idleListener: () => void, isNew: boolean) => void
  newClient: (waiting: Waiting) => void
  _remove(client: ClientBase, done: () => void): void
  _pulseQueue(): void
}

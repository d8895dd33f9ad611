import type { ClientBase } from 'pg'

/**
 * Questions that every pool answers for the clients of its driver. An adapter gives the protocol of its library's pool
 * to {@link securePg}.
 */
export interface PoolProtocol {
  /** True while the application has the client, false while it is idle in its pool, undefined where no pool has it. */
  isLent(client: ClientBase): boolean | undefined
  /**
   * Takes a client out of its pool and ends its session: an idle one at once, a lent one when it is given back, one that is
   * being made after its first use. No query fails, and the pool emits no `error`. A client of no pool stays as it is, and
   * so does one that is discarded already.
   *
   * @param reason For the log of a pool that has one.
   */
  discard(client: ClientBase, reason: string): void
}

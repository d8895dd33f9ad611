import type { PostgresServer } from './server.ts'
import type { PostgresWanted } from './wanted.ts'

/** A primary and its streaming standby. */
export interface PostgresPair {
  readonly primary: PostgresServer
  /** Read-only until {@link promote}. Same roles, same passwords, same TLS. */
  readonly standby: PostgresServer
  /** Resolves when the standby has replayed all that the primary has written. */
  caughtUp(): Promise<void>
  /** Makes the standby writable; the primary stays what it is. */
  promote(): Promise<void>
  /** Ends both. May be called again. */
  stop(): Promise<void>
}

/**
 * Starts a primary and a standby that streams from it (embedded or local programs only).
 *
 * @example
 * const { primary, standby } = await startPostgresPair({ major: 18 })
 * await standby.sql('select pg_is_in_recovery()') // [{ pg_is_in_recovery: 't' }]
 */
export async function startPostgresPair(_wanted: PostgresWanted = {}): Promise<PostgresPair> {
  throw new Error('not built yet')
}

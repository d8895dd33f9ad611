import { setTimeout as pause } from 'node:timers/promises'
import { startContainers } from './container-server.ts'
import { startProcess } from './process-server.ts'
import type { ServerPrograms } from './programs.ts'
import type { PostgresServer } from './server.ts'
import { findPrograms, requireEngine } from './start.ts'
import type { PostgresWanted } from './wanted.ts'

/** A primary and its streaming standby. */
export interface PostgresPair {
  /** The primary. */
  readonly primary: PostgresServer
  /** The standby: read-only until {@link promote}, with the same roles, passwords and TLS. */
  readonly standby: PostgresServer
  /** Resolves when the standby has replayed everything written so far. */
  caughtUp(): Promise<void>
  /** Makes the standby writable; the primary is unchanged. */
  promote(): Promise<void>
  /** Stops both. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a primary and a standby that streams from it.
 *
 * @throws Error if the version is not available from that source; the message lists the available ones.
 * @example
 * const { primary, standby } = await startPostgresPair({ major: 18 })
 * await standby.sql('select pg_is_in_recovery()') // [{ pg_is_in_recovery: 't' }]
 */
export async function startPostgresPair(wanted: PostgresWanted = {}): Promise<PostgresPair> {
  const programs = findPrograms(wanted)
  const pair = programs ? startProcesses(programs, wanted) : startContainers(await requireEngine(wanted), wanted)
  const [primary, standby] = await pair
  return {
    primary,
    standby,
    caughtUp: () => caughtUp(primary, standby),
    async promote() {
      await standby.sql('select pg_promote()')
    },
    async stop() {
      await Promise.all([standby.stop(), primary.stop()])
    },
  }
}

async function startProcesses(
  programs: ServerPrograms,
  wanted: PostgresWanted,
): Promise<readonly [primary: PostgresServer, standby: PostgresServer]> {
  const primary = await startProcess(programs, wanted)
  try {
    // Both start from copies of one data folder, so no base backup is needed.
    return [primary, await startProcess(programs, wanted, { standbyOf: primary })]
  } catch (error) {
    await primary.stop()
    throw error
  }
}

/** A server that is asked for its position. */
type Asked = Pick<PostgresServer, 'sql'>

/** Resolves when `standby` has replayed everything that `primary` has written so far. */
export async function caughtUp(primary: Asked, standby: Asked): Promise<void> {
  // The servers commit asynchronously. One synchronous commit of a transaction with changes flushes all earlier
  // commits.
  await primary.sql("set synchronous_commit = on; select pg_logical_emit_message(true, 'verifull', 'caught up')")
  const [written] = await primary.sql('select pg_current_wal_lsn() as lsn')
  const question = `select coalesce(pg_last_wal_replay_lsn() >= '${written?.lsn}', false)::text as replayed`
  for (const end = Date.now() + 10_000; ; await pause(10)) {
    const [row] = await standby.sql(question)
    if (row?.replayed === 'true') return
    if (Date.now() > end) throw new Error(`the standby did not reach ${written?.lsn} within 10 s`)
  }
}

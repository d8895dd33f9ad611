import { type WaitSettings, waitForPosition } from '@verifull/core'
import type { Pool, PoolClient } from 'pg'

/** The pools that {@link readAfter} reads from, and its limit. */
export interface ReadPools extends WaitSettings {
  /** Pool of the replicas: `new pg.Pool(read)`. Default: there is none, and the primary is read. */
  readonly read?: Pool | undefined
  /** Pool of the primary: `new pg.Pool(write)`. */
  readonly write: Pool
}

/**
 * Reads at a replica that shows everything up to a position of {@link writePosition}, or at the primary if none does within
 * `timeoutMs`, 500 by default, or the replica is lost meanwhile.
 *
 * @param work Runs once, in a read-only transaction: a write fails with `25006` at either server.
 * @returns the result of `work`.
 * @throws the errors of `work` and of the checkouts; {@link ConfigurationError} `CONFIGURATION` for a position or a
 *   limit that cannot be used.
 *
 * @example
 * import pg from 'pg'
 * import { readAfter, secureReplication, writePosition } from '@verifull/pg'
 *
 * const { write, read } = secureReplication()
 * const pools = { write: new pg.Pool(write), read: read && new pg.Pool(read) }
 * const position = await writePosition((sql) => pools.write.query(sql))
 * const { rows } = await readAfter(position, pools, (client) => client.query('select 1 as one'))
 * console.log(rows) // [ { one: 1 } ]
 * await Promise.all([pools.write.end(), pools.read?.end()])
 */
export async function readAfter<Result>(
  position: string,
  { read, write, timeoutMs }: ReadPools,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const wait = timeoutMs === undefined ? {} : { timeoutMs }
  const client = (await reached(read, position, wait)) ?? (await write.connect())
  let failure: Error | undefined
  try {
    await client.query('begin read only')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => {
      failure = lost
    })
    throw error
  } finally {
    client.release(failure)
  }
}

/** Lends a client of the pool if it has reached the position; undefined if it has not, or is lost. */
async function reached(
  pool: Pool | undefined,
  position: string,
  settings: WaitSettings,
): Promise<PoolClient | undefined> {
  const client = await pool?.connect()
  try {
    // Without replicas the arguments are checked all the same.
    const run = client ? (sql: string) => client.query(sql) : async () => [{ reached: true }]
    if (await waitForPosition(run, position, settings)) return client
    client?.release()
  } catch (error) {
    const isOfArguments = (error as { readonly code?: unknown }).code === 'CONFIGURATION'
    client?.release(isOfArguments ? undefined : (error as Error))
    if (isOfArguments) throw error
  }
  return undefined
}

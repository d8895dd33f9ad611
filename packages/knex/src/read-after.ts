import { type WaitSettings, waitForPosition } from '@verifull/core'
import type { Knex } from 'knex'

/** The instances that {@link readAfter} reads from, and its limit. */
export interface ReadInstances extends WaitSettings {
  /** Instance for the replicas: `knex(read)`. Default: there is none, and the primary is read. */
  readonly read?: Knex | undefined
  /** Instance for the primary: `knex(write)`. */
  readonly write: Knex
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
 * import knex from 'knex'
 * import { readAfter, secureReplication, writePosition } from '@verifull/knex'
 *
 * const { write, read } = secureReplication()
 * const instances = { write: knex(write), read: read && knex(read) }
 * const position = await writePosition((sql) => instances.write.raw(sql))
 * const rows = await readAfter(position, instances, (trx) => trx.select(trx.raw('1 as one')))
 * console.log(rows) // [ { one: 1 } ]
 * await Promise.all([instances.write.destroy(), instances.read?.destroy()])
 */
export async function readAfter<Result>(
  position: string,
  { read, write, timeoutMs }: ReadInstances,
  work: (transaction: Knex.Transaction) => PromiseLike<Result>,
): Promise<Result> {
  const wait = timeoutMs === undefined ? {} : { timeoutMs }
  const connection: object | undefined = await read?.client.acquireConnection()
  const run = connection && read ? (sql: string) => read.raw(sql).connection(connection) : REACHED
  try {
    const isReached = await waitForPosition(run, position, wait).catch((error: { readonly code?: unknown }) => {
      if (error.code === 'CONFIGURATION') throw error
      return false
    })
    if (connection && read && isReached) return await transaction(read, work, { connection })
  } finally {
    if (connection) await read?.client.releaseConnection(connection)
  }
  return await transaction(write, work)
}

/** Has the arguments checked where there is no replica to ask. */
const REACHED = async () => [{ reached: true }]

function transaction<Result>(
  db: Knex,
  work: (transaction: Knex.Transaction) => PromiseLike<Result>,
  config: Knex.TransactionConfig = {},
): Promise<Result> {
  return db.transaction(async (trx) => await work(trx), { ...config, readOnly: true })
}

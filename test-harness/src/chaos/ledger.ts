import type { PostgresCluster } from '../postgres/cluster.ts'
import type { Write } from './write.ts'

/** Writes of a run, compared with the rows on the primary after it. */
export interface LedgerBalance {
  /** Writes whose COMMIT was acknowledged. */
  readonly acknowledged: number
  /** Acknowledged writes without a row. */
  readonly lost: number
  /** Writes with more than one row. */
  readonly doubled: number
  /** Writes that failed with an error and have a row: their COMMIT was unknown to the client. */
  readonly unknownKept: number
}

/** An append-only table, in which each write of a client is one row with a number of its own. */
export class Ledger {
  readonly #cluster: PostgresCluster

  /**
   * Creates the table, for `scram_user`.
   *
   * @param tablespace Default: that of the database.
   */
  static async create(cluster: PostgresCluster, tablespace = 'pg_default'): Promise<Ledger> {
    // Without a unique index, so that a doubled write is seen.
    // Few rows to a page, so that a full disk is met soon.
    const table = `create table ledger (entry bigint not null) with (fillfactor = 10) tablespace ${tablespace}`
    await cluster.primary.sql(`${table}; grant all on ledger to scram_user`, 'app')
    return new Ledger(cluster)
  }

  constructor(cluster: PostgresCluster) {
    this.#cluster = cluster
  }

  /** Compares the writes with the rows of the present primary. */
  async balance(writes: readonly Pick<Write, 'entry' | 'failure'>[]): Promise<LedgerBalance> {
    const acknowledged = new Set(writes.filter(({ failure }) => failure === undefined).map(({ entry }) => entry))
    const rows = await this.#cluster.primary.sql('select entry, count(*) as times from ledger group by entry', 'app')
    const times = new Map(rows.map(({ entry, times }) => [Number(entry), Number(times)]))
    return {
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((entry) => !times.has(entry)).length,
      doubled: [...times.values()].filter((count) => count > 1).length,
      unknownKept: [...times.keys()].filter((entry) => !acknowledged.has(entry)).length,
    }
  }

  /** Removes the table. */
  async drop(): Promise<void> {
    await this.#cluster.primary.sql('drop table ledger', 'app')
  }
}

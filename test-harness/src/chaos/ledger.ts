import type { PostgresCluster } from '../postgres/cluster.ts'

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
  readonly #acknowledged = new Set<number>()
  #next = 0

  /** Creates the table, for `scram_user`. */
  static async create(cluster: PostgresCluster): Promise<Ledger> {
    // Without a unique index, so that a doubled write is seen.
    await cluster.primary.sql('create table ledger (entry int not null); grant all on ledger to scram_user', 'app')
    return new Ledger(cluster)
  }

  constructor(cluster: PostgresCluster) {
    this.#cluster = cluster
  }

  /** Returns a new entry and the statement that writes it. */
  entry(): { readonly entry: number; readonly sql: string } {
    const entry = this.#next++
    return { entry, sql: `insert into ledger values (${entry})` }
  }

  /** Notes that the COMMIT of an entry succeeded. */
  acknowledged(entry: number): void {
    this.#acknowledged.add(entry)
  }

  /** Compares the acknowledged writes with the rows of the present primary. */
  async balance(): Promise<LedgerBalance> {
    const rows = await this.#cluster.primary.sql('select entry, count(*) as times from ledger group by entry', 'app')
    const times = new Map(rows.map(({ entry, times }) => [Number(entry), Number(times)]))
    const written = [...times.keys()]
    return {
      acknowledged: this.#acknowledged.size,
      lost: [...this.#acknowledged].filter((entry) => !times.has(entry)).length,
      doubled: [...times.values()].filter((count) => count > 1).length,
      unknownKept: written.filter((entry) => !this.#acknowledged.has(entry)).length,
    }
  }
}

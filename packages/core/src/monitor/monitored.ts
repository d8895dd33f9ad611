import type { CountedPool } from '../events/pool-names.ts'
import type { PoolStats } from '../events/stats.ts'
import type { Profile } from '../profile/profile.ts'

/** A pool that a monitor watches. */
export interface MonitoredPool extends CountedPool {
  readonly name: string
  /** True once it has ended. */
  readonly isOver: boolean
  /** True once it has ended, or lends nothing new any more. */
  readonly isClosed: boolean
  stats(): PoolStats
  /** Lends a session that works, and takes it back. */
  probe(): Promise<void>
}

/** The pools of one DataSource, Sequelize, Knex or Pool. */
export interface Monitored {
  /** The profiles of its servers. */
  readonly profiles: readonly Profile[]
  /** Returns its pools of this moment; none before it has made one. */
  pools(): readonly MonitoredPool[]
}

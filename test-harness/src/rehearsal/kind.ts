import type { PostgresServer } from '../postgres/server.ts'
import type { StoreProgram } from '../stores/programs.ts'
import type { StoreTap } from '../stores/store-tap.ts'
import type { RehearsalServers } from './rehearsal-servers.ts'
import type { Timeline } from './timeline.ts'

/** A kind of rotation, or of failure of a store. */
export interface Kind {
  /** Stable id: `aws-single-user`. */
  readonly id: string
  /** Title for reports. */
  readonly title: string
  /** The store that it needs; absent for none. */
  readonly store?: StoreProgram
  /** Prepares one rehearsal. */
  prepare(site: RehearsalServers, times: Times): Promise<Scene>
}

/** Durations, in ms. */
export interface Times {
  /** Length of the long window in which server and store have different secrets. */
  readonly windowMs: number
  /** Length of an outage or of failures of a store. */
  readonly outageMs: number
  /** Delay of a slow store's responses. */
  readonly slowMs: number
  /** Maximum age of a lease. */
  readonly leaseMs: number
  /** Limit of a checkout in the kinds with a short one. Default: the limit of all other kinds. */
  readonly hurryMs?: number
}

/** The database and secret of one rehearsal. */
export interface Scene {
  /** Its server. */
  readonly server: PostgresServer
  /** True if no other rehearsal uses the server. Default false. */
  readonly alone?: boolean
  /** The database; the names of its roles begin with it. */
  readonly name: string
  /** libpq keywords for the client. */
  readonly parameters: Readonly<Record<string, string>>
  /** Variables for the client that locate the secret. */
  readonly environment: Readonly<Record<string, string>>
  /** Limit of a checkout, in ms. Default 15 000. */
  readonly checkoutMs?: number
  /** The tap in front of the store; absent without a store. */
  readonly tap?: StoreTap
  /** Pattern of requests that fetch the secret. Default: all. */
  readonly fetch?: RegExp
  /**
   * Performs one rotation with its windows. Calls `raiseLoad`, which causes many logins at once, within the window or
   * when the store begins to fail.
   */
  rotate(timeline: Timeline, raiseLoad: () => void): Promise<void>
  /** Waits for the effects that follow the last rotation. */
  settle?(): Promise<void>
  /** Releases the resources of the rehearsal. */
  stop?(): Promise<void>
}

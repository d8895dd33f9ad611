import type { PostgresServer } from '../postgres/server.ts'
import type { StoreProgram } from '../stores/programs.ts'
import type { StoreTap } from '../stores/store-tap.ts'
import type { RehearsalServers } from './rehearsal-servers.ts'
import type { Timeline } from './timeline.ts'

/** A way in which secrets rotate, or stores fail. */
export interface Kind {
  readonly id: string
  readonly title: string
  /** The store that it takes. */
  readonly store?: StoreProgram
  /** Sets everything up for one rehearsal. */
  prepare(site: RehearsalServers, times: Times): Promise<Scene>
}

/** How long things take, in milliseconds. */
export interface Times {
  /** The long window in which the server has a secret and the store another. */
  readonly windowMs: number
  /** How long a store is away or fails. */
  readonly outageMs: number
  /** How late a slow store answers. */
  readonly slowMs: number
  /** The greatest age of a lease. */
  readonly leaseMs: number
  /** How long a checkout may take, in the kinds where it is in a hurry. Default: as in all the others. */
  readonly hurryMs?: number
}

/** A rehearsal's own database and secret. */
export interface Scene {
  readonly server: PostgresServer
  /** Nobody else uses the server. */
  readonly alone?: boolean
  /** The database, with which the name of each of its roles begins. */
  readonly name: string
  /** libpq's keywords for the client. */
  readonly parameters: Readonly<Record<string, string>>
  /** The variables that tell the client where its secret is. */
  readonly environment: Readonly<Record<string, string>>
  /** How long a checkout may take, in milliseconds. Default 15 000. */
  readonly checkoutMs?: number
  /** In front of the store. */
  readonly tap?: StoreTap
  /** The questions that ask for the secret. */
  readonly fetch?: RegExp
  /**
   * Makes one rotation, with all its windows. `raiseLoad` is to be called in the window, or where the store begins to fail: it
   * makes many log in at once.
   */
  rotate(timeline: Timeline, raiseLoad: () => void): Promise<void>
  /** Waits, after the last rotation, for what is still to come. */
  settle?(): Promise<void>
  stop?(): Promise<void>
}

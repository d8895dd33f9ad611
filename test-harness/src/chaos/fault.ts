import type { PostgresCluster } from '../postgres/cluster.ts'
import type { ChaosSite, Need } from './site.ts'

/** A fault that a cluster is given under load. */
export interface Fault {
  /** Stable id. */
  readonly id: string
  /** Its description. */
  readonly title: string
  /** True if the workers rest before and during the fault, so that it meets idle sessions alone. */
  readonly isIdle?: boolean
  /** True if clients connect through relays, because the fault is one of the network. */
  readonly isRelayed?: boolean
  /** Things without which it cannot be given. */
  readonly needs?: readonly Need[]
  /**
   * Errors that it causes by right, by code or message. Failed checkouts with one of them are refusals, not failures.
   * Ends of sessions need not be named.
   */
  readonly explains?: RegExp
  /** Prepares the cluster before the client starts; resolves with the tablespace for the ledger, if it wants another. */
  prepare?(site: Pick<ChaosSite, 'cluster' | 'authority'>): Promise<string | undefined>
  /** Gives the fault; resolves when the primary accepts writes again. */
  give(site: ChaosSite): Promise<unknown>
  /** Puts the cluster in order after the client has stopped. */
  clear?(site: { readonly cluster: PostgresCluster }): Promise<unknown>
}

/** Time without a primary, or without a free slot, in ms. */
export const OUTAGE_MS = 1000

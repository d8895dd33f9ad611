import type { PostgresCluster } from '../postgres/cluster.ts'
import type { ChaosSite, Need } from './site.ts'
import { type Failure, isSessionEnd, wordsOf } from './write.ts'

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
  /** Errors of writes that it causes, by code or message, beside the end of a session. */
  readonly explains?: RegExp
  /** Errors of checkouts that are right: the server must be refused. */
  readonly refuses?: RegExp
  /** Prepares the cluster before the client starts; resolves with the tablespace for the ledger, if it wants another. */
  prepare?(site: Pick<ChaosSite, 'cluster' | 'authority'>): Promise<string | undefined>
  /** Gives the fault; resolves when the primary accepts writes again. */
  give(site: ChaosSite): Promise<unknown>
  /** Gives back the server that it takes from the cluster, for another fault. */
  restore?(site: { readonly cluster: PostgresCluster }): Promise<unknown>
  /** Puts the cluster in order after the client has stopped. */
  clear?(site: { readonly cluster: PostgresCluster }): Promise<unknown>
}

/** A fault that concerns the cluster alone, whoever its clients are. */
export interface ClusterFault extends Fault {
  give(site: Pick<ChaosSite, 'cluster'>): Promise<unknown>
}

/** True for failures that the fault causes. */
export function explains({ explains, refuses }: Fault, failure: Failure): boolean {
  const words = wordsOf(failure)
  return isSessionEnd(failure) || explains?.test(words) === true || refuses?.test(words) === true
}

/** Time without a primary, or without a free slot, in ms. */
export const OUTAGE_MS = 1000

import type { PoolCounts } from '@verifull/core'
import type { Profile } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'

/** The pool of a library, as a watched pool reads it. */
export interface PoolView {
  /** Library of the pool. */
  readonly source: 'pg' | 'sequelize' | 'knex'
  /** The servers of its connections; undefined if they are not known. */
  readonly profile: Profile | undefined
  /** All of them, where it may connect to several that are verified apart. Default: the profile. */
  readonly servers?: readonly Profile[] | undefined
  readonly limits: WatchLimits
  counts(): PoolCounts
  max(): number
  /** Least number of sessions that it keeps. */
  min(): number
  /** Number of connections that are lent or being made. */
  taken(): number
  /** Number of checkouts that wait although every place of the pool is taken; below 0 for free places. */
  queued(): number
  /** The clients that are lent. */
  lent(): readonly ClientBase[]
  /** Lends a client. */
  acquire(): Promise<ClientBase>
  /** Takes one back. */
  release(client: ClientBase): unknown
  /** True from the moment on that the pool ends, by whomever. */
  isEnding(): boolean
  /** Ends the pool; resolves when no checkout waits, and every client has been given back and has ended. */
  end(): Promise<unknown>
  /** Fails the checkouts that wait, stops connects, and takes out the clients that are lent; their sockets are closed already. */
  cutOff(reason: Error): void
}

/** Limits that the libraries' own pools do not have. */
export interface WatchLimits {
  /** Age of a checkout that counts as a leak, in milliseconds. Default: none is looked for. */
  readonly leakDetectionMs?: number | undefined
  /** Checkouts that may wait for a connection. Default: any number. */
  readonly maxWaiting?: number | undefined
}

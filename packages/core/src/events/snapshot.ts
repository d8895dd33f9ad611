import type { FailedAttempt } from '../errors/connect-error.ts'
import type { PoolCounts } from '../errors/pool-error.ts'
import { poolCounts } from './pool-names.ts'
import { type RecentEvent, recentEvents } from './recent.ts'

/** The state of things when a connection or a checkout failed: plain data, without secrets. */
export interface Snapshot {
  readonly at: Date
  /** All attempts of the connection, in order; empty for a checkout. */
  readonly attempts: readonly FailedAttempt[]
  /** The servers of the attempts. */
  readonly endpoints: readonly EndpointSnapshot[]
  /** The pools of this process, by their names. */
  readonly pools: Readonly<Record<string, PoolCounts>>
  /** The latest events of this process that tell of trouble, the oldest first. */
  readonly events: readonly RecentEvent[]
}

/** A server at one address, as this process knows it. */
export interface EndpointSnapshot {
  readonly host: string
  readonly port: number
  /** IP address, or path of a Unix socket. */
  readonly address: string
  /** State of its circuit breaker. */
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** Undefined for a server that has reported no role yet. */
  readonly isStandby: boolean | undefined
  /** Code of its failure since the last success; undefined without one. */
  readonly failure: string | undefined
}

/** For all copies of this package in the process. */
const SNAPSHOT = Symbol.for('verifull.snapshot')
/** The properties under which libraries keep the error that they wrap: TypeORM, Sequelize, any. */
const WRAPPED = ['driverError', 'original', 'parent', 'cause'] as const
/** Errors to look into; one may be its own cause. */
const MOST = 8

/**
 * Returns the state of things when a connection or a checkout failed: its attempts, the servers, the pools, the latest events.
 * Undefined for any other error.
 *
 * The error that an ORM made of it can be given as well. No log shows a snapshot by itself: the error has it where no
 * serializer looks.
 *
 * @example
 * import { snapshotOf, verifyConnection } from '@verifull/core'
 *
 * const settings = { host: 'localhost', port: 1, sslmode: 'verify-full', failoverTimeoutMs: 0 } as const
 * const error = await verifyConnection({ settings }).catch((failure) => failure)
 * console.log(snapshotOf(error)?.attempts.at(-1)?.code) // ECONNREFUSED
 */
export function snapshotOf(error: unknown): Snapshot | undefined {
  return found(error, new Set())
}

function found(error: unknown, seen: Set<object>): Snapshot | undefined {
  if (typeof error !== 'object' || error === null || seen.has(error) || seen.size >= MOST) return undefined
  seen.add(error)
  const { [SNAPSHOT]: snapshot } = error as { [SNAPSHOT]?: Snapshot }
  if (snapshot) return snapshot
  for (const name of WRAPPED) {
    const within = found((error as Record<string, unknown>)[name], seen)
    if (within) return within
  }
  return undefined
}

/** Gives an error the state of things, unless it has one. A value that is no error, or frozen, stays as it is. */
export function addSnapshot(
  error: unknown,
  attempts: readonly FailedAttempt[],
  endpoints: Snapshot['endpoints'],
): void {
  if (!(error instanceof Error) || SNAPSHOT in error || !Object.isExtensible(error)) return
  const value = { at: new Date(), attempts: [...attempts], endpoints, pools: poolCounts(), events: recentEvents() }
  Object.defineProperty(error, SNAPSHOT, { value: value satisfies Snapshot, configurable: true })
}

/** Gives an error that stands for another the snapshot of that one. */
export function copySnapshot(from: object, to: object): void {
  const property = Object.getOwnPropertyDescriptor(from, SNAPSHOT)
  if (property) Object.defineProperty(to, SNAPSHOT, property)
}

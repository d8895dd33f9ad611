import { VerifullError } from './verifull-error.ts'

/** Numbers of a pool at one moment. */
export interface PoolCounts {
  /** Sessions that it has, and connections that are being made. */
  readonly total: number
  readonly idle: number
  /** Sessions that are lent. */
  readonly active: number
  /** Checkouts that wait. */
  readonly waiting: number
  readonly max: number
}

/** A lent session. */
export interface Checkout {
  /** Time since it was lent. */
  readonly ageMs: number
  /** `running` while the server owes an answer; else the state of the transaction. */
  readonly state: 'running' | 'idle' | 'idle in transaction' | 'idle in failed transaction'
  /** Stack of the checkout; only while leaks are looked for. */
  readonly stack?: string
}

/** The pool of a checkout that failed. */
export interface FailedCheckout {
  /** Name of the pool: `db.example:5432/orders`. */
  readonly pool: string
  /** Numbers of the pool at the failure. */
  readonly counts: PoolCounts
  /** The lent connections, the oldest checkout first. */
  readonly checkouts: readonly Checkout[]
  /** Estimate of the time until a connection is free, in milliseconds: for the header `Retry-After` of a 503. */
  readonly retryAfterMs?: number
}

/** The reason that a pool lent no connection. */
export type PoolErrorCode =
  /** None was free in time. */
  | 'POOL_TIMEOUT'
  /** As many checkouts wait as `pool.maxWaiting` allows. */
  | 'POOL_FULL'
  /** The pool was ended by `close()` with `timeoutMs`. */
  | 'POOL_CLOSED'

/** A pool lent no connection, and no statement was sent. */
export class PoolError extends VerifullError {
  readonly pool: string
  readonly counts: PoolCounts
  readonly checkouts: readonly Checkout[]
  readonly retryAfterMs: number | undefined

  constructor(code: PoolErrorCode, message: string, failed: FailedCheckout) {
    super('PoolError', code, message)
    this.pool = failed.pool
    this.counts = failed.counts
    this.checkouts = failed.checkouts
    this.retryAfterMs = failed.retryAfterMs
  }
}

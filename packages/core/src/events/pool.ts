import type { Checkout, PoolCounts } from '../errors/pool-error.ts'

/** An event on the diagnostics channel `verifull:pool`. */
export type PoolEvent =
  | SessionOpened
  | SessionRetired
  | PoolSaturated
  | PoolExhausted
  | PoolQueueFull
  | CheckoutLeaked
  | PoolDrained

/** The pool that an event is about. */
export interface PoolOrigin {
  /** Name of the pool, readable and unique in the process: `db.example:5432/orders`, and `… #2` for a second one. */
  readonly pool: string
  /** Library of the pool: `pg` (TypeORM's too), `sequelize`, `knex`. */
  readonly source: string
  /** The server of the session, or the first one configured; undefined if only a secret names it. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined
  /** The pool after the event. */
  readonly counts: PoolCounts
}

/** A pool has a new session: its connection has been made, and the library has prepared it. */
export interface SessionOpened extends PoolOrigin {
  readonly kind: 'opened'
  /** Time to connect, to log in and to prepare the session. */
  readonly connectMs: number
}

/** A session has left its pool; each one that was opened leaves once. */
export interface SessionRetired extends PoolOrigin {
  readonly kind: 'retired'
  readonly reason: RetireReason
  /** SQLSTATE with which the server made the session unfit; undefined for any other reason. */
  readonly sqlState: string | undefined
  /** Time since its login. */
  readonly ageMs: number
}

/**
 * The reason that a session left its pool: unused for too long (`idle`), too old (`lifetime`), its secret was replaced
 * (`rotated`), the name of its server leads elsewhere (`moved`), the server ends it or takes no writes any more (`unfit`), it did
 * not answer (`silent`), it broke (`lost`), the application or the library gave it up (`discarded`), its pool ended (`closed`).
 */
export type RetireReason =
  | 'idle'
  | 'lifetime'
  | 'rotated'
  | 'moved'
  | 'unfit'
  | 'silent'
  | 'lost'
  | 'discarded'
  | 'closed'

/** At least 90 % of a pool is lent; once until that has passed for a second. */
export interface PoolSaturated extends PoolOrigin {
  readonly kind: 'saturated'
}

/** A checkout has waited for too long. */
export interface PoolExhausted extends PoolOrigin {
  readonly kind: 'exhausted'
  readonly waitedMs: number
  /** The lent sessions, the oldest checkout first. */
  readonly checkouts: readonly Checkout[]
}

/** A checkout was refused at once, because as many as may wait are waiting. */
export interface PoolQueueFull extends PoolOrigin {
  readonly kind: 'queue-full'
  /** Checkouts that may wait. */
  readonly limit: number
}

/** A session has been lent for longer than the limit for leaks. */
export interface CheckoutLeaked extends PoolOrigin {
  readonly kind: 'leak'
  readonly checkout: Checkout
}

/** A pool has been closed by `close()`. */
export interface PoolDrained extends PoolOrigin {
  readonly kind: 'drained'
  readonly waitedMs: number
  /** Sessions that were still lent when the time was up, and were cut off. */
  readonly cutOff: number
}

import { backoffMs } from '../time/backoff.ts'

/** Pause after the first failure, in ms; it doubles with each further one. */
const FIRST_PAUSE_MS = 50
/** Longest pause, in ms: a server that is back is found within it. */
const LONGEST_PAUSE_MS = 500
/** Time after which another connection is admitted beside those that have not ended, in ms: they may hang. */
const HEDGE_MS = 1000
/** Connections in flight from which on there is no limit any more. */
const WIDEST = 32

/** State of a circuit breaker: connections are made (closed), not made (open), or one of them is tried (half-open). */
export type BreakerStatus = 'closed' | 'open' | 'half-open'

/** The right to make one connection. Its result is reported once; later reports are ignored. */
export interface Permit {
  succeeded(): void
  failed(): void
  /** Reports that the connection was given up, which says nothing about the server. */
  abandoned(): void
}

/**
 * A circuit breaker: after a failure it admits nothing for a pause, then one connection, and after a success twice as
 * many at a time with each further one.
 */
export class Breaker {
  readonly #onWider: () => void
  #failures = 0
  #openUntil = 0
  #width = Number.POSITIVE_INFINITY
  #inFlight = 0
  #lastEntryAt = 0
  /** Counts the failures that began a pause: a connection from before says nothing about the time after. */
  #generation = 0

  /** @param onWider Called when more connections are admitted than before. */
  constructor(onWider: () => void) {
    this.#onWider = onWider
  }

  get status(): BreakerStatus {
    if (this.#failures === 0) return 'closed'
    return this.pauseMs > 0 ? 'open' : 'half-open'
  }

  /** Time left of the pause after a failure, in ms; 0 if there is none. */
  get pauseMs(): number {
    return Math.max(0, this.#openUntil - performance.now())
  }

  /** Time until the next connection may be admitted, in ms; 0 for now. A success may shorten it. */
  get waitMs(): number {
    if (this.pauseMs > 0) return this.pauseMs
    return this.#inFlight < this.#width ? 0 : Math.max(0, this.#lastEntryAt + HEDGE_MS - performance.now())
  }

  /** Returns a permit, whether or not one is due; {@link waitMs} tells if it is. */
  enter(): Permit {
    const generation = this.#generation
    this.#inFlight++
    this.#lastEntryAt = performance.now()
    let isOpen = true
    const end = (report: () => void) => () => {
      if (!isOpen) return
      isOpen = false
      if (generation !== this.#generation) return
      this.#inFlight--
      report()
    }
    return {
      succeeded: end(() => this.#succeeded()),
      failed: end(() => this.#failed()),
      abandoned: end(() => this.#onWider()),
    }
  }

  #succeeded(): void {
    this.#failures = this.#openUntil = 0
    if (this.#width === Number.POSITIVE_INFINITY) return
    this.#width = this.#width < WIDEST ? this.#width * 2 : Number.POSITIVE_INFINITY
    this.#onWider()
  }

  #failed(): void {
    this.#failures++
    this.#openUntil = performance.now() + backoffMs(this.#failures, LONGEST_PAUSE_MS, FIRST_PAUSE_MS)
    this.#generation++
    this.#inFlight = 0
    this.#width = 1
  }
}

import type { Lent, PgPool, Waiting } from './pg-pool.ts'
import { throwLater } from './throw-later.ts'

/** A checkout that pg-pool has queued, with a limit. */
interface Limited extends Waiting {
  /** `connectionTimeoutMillis` when it began. */
  limitMs?: number
  /** Time of `performance.now()` until which it waits in the queue. */
  until?: number | undefined
}

/**
 * The checkouts of a pool that wait for a client, with one timer for all of them.
 *
 * pg-pool makes a timer and three functions for each.
 */
export class WaitingCheckouts {
  readonly #pool: PgPool
  readonly #late: (limitMs: number) => Error
  #timer: NodeJS.Timeout | undefined
  /** Time of `performance.now()` at which the timer fires. */
  #firesAt = Number.POSITIVE_INFINITY

  /** @param late Returns the error of a checkout that has waited for `connectionTimeoutMillis` in vain. */
  constructor(pool: PgPool, late: (limitMs: number) => Error) {
    this.#pool = pool
    this.#late = late
  }

  /** Has pg-pool begin a checkout: without a timer of its own if it waits. */
  begin<Begun>(connect: (lent?: Lent) => Begun, lent: Lent | undefined): Begun {
    const { options, _clients: clients, _idle: idle, _pendingQueue: queue, ending } = this.#pool
    const limitMs = options.connectionTimeoutMillis
    const waits = idle.length > 0 || clients.length >= options.max
    if (!limitMs || !waits || ending) return connect(lent)
    const place = queue.length
    options.connectionTimeoutMillis = 0
    try {
      return connect(lent)
    } finally {
      options.connectionTimeoutMillis = limitMs
      const queued = queue[place]
      if (queued) this.#limit(queued, limitMs)
    }
  }

  /** To be called when a checkout leaves the queue and may come back: its timer is its own from then on. */
  left(waiting: Limited): void {
    const { until, callback } = waiting
    if (until === undefined) return
    waiting.until = undefined
    const end = () => {
      this.#removed(waiting)
      this.#expire(waiting, callback)
    }
    const timer = setTimeout(end, until - performance.now()).unref()
    waiting.callback = (...outcome) => {
      clearTimeout(timer)
      callback(...outcome)
    }
  }

  #limit(queued: Limited, limitMs: number): void {
    queued.limitMs = limitMs
    queued.until = performance.now() + limitMs
    this.#lookAt(queued.until)
  }

  /** Has the timer fire at a time, or before. */
  #lookAt(time: number): void {
    if (time >= this.#firesAt) return
    clearTimeout(this.#timer)
    this.#firesAt = time
    this.#timer = setTimeout(() => this.#look(), Math.ceil(time - performance.now())).unref()
  }

  /** Ends the checkouts whose time is over, and looks again when the next one's is. */
  #look(): void {
    this.#firesAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    for (const waiting of [...this.#pool._pendingQueue] as Limited[]) {
      const { until, callback } = waiting
      if (until === undefined) continue
      if (until > now) this.#lookAt(until)
      // The callback of one before may have had this one served, or ended.
      else if (this.#removed(waiting)) this.#expire(waiting, callback)
    }
  }

  /** Takes a checkout out of the queue; false if it is not there. */
  #removed(waiting: Waiting): boolean {
    const { _pendingQueue: queue } = this.#pool
    const place = queue.indexOf(waiting)
    return place >= 0 && queue.splice(place, 1).length > 0
  }

  #expire(waiting: Limited, callback: Lent): void {
    waiting.timedOut = true
    try {
      callback(this.#late(waiting.limitMs ?? 0), undefined, () => {})
    } catch (thrown) {
      throwLater(thrown)
    }
  }
}

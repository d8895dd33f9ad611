import type { Attributes, Histogram } from '@opentelemetry/api'

/** Most times of a pool that wait. */
const MOST = 256
const SECOND_MS = 1000

/**
 * Times that are recorded together: an SDK writes the attributes of each value out to find its series, which costs a few times
 * as much between two queries as in a row.
 */
export class PendingTimes {
  readonly #histogram: Histogram
  /** In seconds, by pool. */
  readonly #times = new Map<string, number[]>()

  constructor(histogram: Histogram) {
    this.#histogram = histogram
  }

  add(pool: string, milliseconds: number): void {
    const times = this.#times.get(pool)
    if (!times) this.#times.set(pool, [milliseconds / SECOND_MS])
    else if (times.push(milliseconds / SECOND_MS) === MOST) this.#record(pool, times)
  }

  /** Records all that wait; to be called before the histogram is read. */
  flush(): void {
    for (const [pool, times] of this.#times) this.#record(pool, times)
  }

  #record(pool: string, times: readonly number[]): void {
    // First: they are not recorded again after a histogram that throws.
    this.#times.delete(pool)
    const attributes: Attributes = { 'db.client.connection.pool.name': pool }
    for (const seconds of times) this.#histogram.record(seconds, attributes)
  }
}

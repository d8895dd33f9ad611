import { TimeBuckets } from '../time/time-buckets.ts'
import { flushTimings } from './timings.ts'

/** Times in buckets, by the name of what they are of. The pools hand over what they keep before a series is read or ends. */
export class TimeSeries {
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, TimeBuckets>()

  /** @param bounds Upper bounds of the buckets in seconds, from small to large; a bound belongs to its bucket. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  /**
   * Adds times to the series of a name, which begins with the first of them.
   *
   * @param times In milliseconds.
   */
  add(name: string, times: readonly number[]): void {
    const series = this.#series.get(name) ?? new TimeBuckets(this.#bounds)
    this.#series.set(name, series)
    for (const ms of times) series.add(ms)
  }

  /** Returns the series with their names. */
  entries(): readonly (readonly [name: string, times: TimeBuckets])[] {
    flushTimings()
    return [...this.#series]
  }

  /** Ends a series. */
  delete(name: string): void {
    flushTimings()
    this.#series.delete(name)
  }

  /** Ends all series. */
  clear(): void {
    flushTimings()
    this.#series.clear()
  }
}

import { TimeBuckets } from '../time/time-buckets.ts'
import { renewSinks } from './timings.ts'

/** Times in buckets, by the name of what they are of; the sinks of a counter. */
export class TimeSeries {
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, TimeBuckets>()

  /** @param bounds Upper bounds of the buckets in seconds, from small to large; a bound belongs to its bucket. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  /** Returns the series of a name, which begins with this call. */
  sink(name: string): TimeBuckets {
    const known = this.#series.get(name)
    if (known) return known
    const series = new TimeBuckets(this.#bounds)
    this.#series.set(name, series)
    return series
  }

  /** Returns the series that have times, with their names. */
  entries(): readonly (readonly [name: string, times: TimeBuckets])[] {
    return [...this.#series].filter(([, { counts }]) => counts.some((count) => count > 0))
  }

  /** Ends a series. */
  delete(name: string): void {
    if (this.#series.delete(name)) renewSinks()
  }

  /** Ends all series. */
  clear(): void {
    this.#series.clear()
    renewSinks()
  }
}

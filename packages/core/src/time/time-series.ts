import { TimeBuckets } from './time-buckets.ts'

/** Times in buckets, by the name of what they are of. */
export class TimeSeries {
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, TimeBuckets>()

  /** @param bounds Upper bounds of the buckets in seconds, from small to large; a bound belongs to its bucket. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  /** @param ms Milliseconds. */
  add(name: string, ms: number): void {
    let series = this.#series.get(name)
    if (!series) {
      series = new TimeBuckets(this.#bounds)
      this.#series.set(name, series)
    }
    series.add(ms / 1000)
  }

  /** Returns the series that have begun, with their names. */
  entries(): readonly (readonly [name: string, times: TimeBuckets])[] {
    return [...this.#series]
  }

  /** Ends a series. */
  delete(name: string): void {
    this.#series.delete(name)
  }

  /** Ends all series. */
  clear(): void {
    this.#series.clear()
  }
}

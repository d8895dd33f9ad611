/** Numbers of times in buckets, as a histogram has them. */
export class TimeBuckets {
  /** Number of times in each bucket, without those in smaller ones; the last bucket has no bound. */
  readonly counts: number[]
  /** Sum of all times, in seconds. */
  sum = 0
  readonly #bounds: readonly number[]

  /** @param bounds Upper bounds in seconds, from small to large; a bound belongs to its bucket. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.counts = new Array(bounds.length + 1).fill(0)
  }

  /** @param ms Milliseconds. */
  add(ms: number): void {
    const seconds = ms / 1000
    this.sum += seconds
    let bucket = 0
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] as number)) bucket++
    ;(this.counts[bucket] as number) += 1
  }
}

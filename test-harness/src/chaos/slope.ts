/** A value at a time. */
export interface Sample {
  /** In ms. */
  readonly at: number
  readonly value: number
}

/**
 * The growth over the whole time of the samples: the median of the slopes between all pairs (Theil and Sen), times the
 * time. Single outliers, such as a sample during a reconnect, do not move it.
 *
 * @returns 0 for fewer than two samples.
 */
export function growthOf(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((first, index) =>
    samples.slice(index + 1).map((second) => (second.value - first.value) / (second.at - first.at)),
  )
  const sorted = slopes.filter(Number.isFinite).sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? 0
  return median * ((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0))
}

/** A position in the log of the primary, and when it was the latest, in ms of this process's clock. */
interface Sample {
  readonly position: bigint
  readonly at: number
}

/**
 * Positions of the primary over time, by which the lag of a replica is measured: its data is as old as the latest sample that
 * it has replayed. Neither an idle primary nor a clock that is wrong changes the measure.
 */
export class LagScale {
  readonly #spanMs: number
  #samples: readonly Sample[] = []

  /** @param spanMs The longest lag that is told apart. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** Notes a position of the primary. One below the last is that of another primary, and begins anew. */
  note(position: bigint, at: number): void {
    const latest = this.#samples.at(-1)
    const kept = latest && position < latest.position ? [] : this.#samples.filter((one) => one.at >= at - this.#spanMs)
    this.#samples = [...kept, { position, at }]
  }

  /**
   * Returns the lag of a server that has replayed up to a position, in ms, rounded up to the sample before; infinite if it is
   * behind all samples, or there is none.
   */
  behindMs(replayed: bigint): number {
    const latest = this.#samples.at(-1)
    const reached = this.#samples.findLast(({ position }) => position <= replayed)
    return latest && reached ? latest.at - reached.at : Number.POSITIVE_INFINITY
  }
}

/** Reads a position as PostgreSQL writes it, `16/B374D848`; undefined for anything else. */
export function positionOf(text: string | undefined): bigint | undefined {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text ?? '') ?? []
  return high !== undefined && low !== undefined ? (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`) : undefined
}

/** One of those that are compared. */
export interface Contender {
  readonly name: string
  /** Does it once, or several times, and tells the milliseconds of one. */
  measure(): Promise<number>
}

/** What was measured: for each contender one figure a round. */
export type Rounds = ReadonlyMap<string, readonly number[]>

/**
 * Lets all contenders have a go in each round, in turns, so that what disturbs the machine disturbs all of them alike.
 * Who begins changes from round to round.
 */
export async function contest(contenders: readonly Contender[], rounds: number, warmUp: number): Promise<Rounds> {
  const figures = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % contenders.length
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const figure = await contender.measure()
      if (round >= 0) figures.get(contender.name)?.push(figure)
    }
  }
  return figures
}

/** The figure in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}

/** The median over the rounds of what `combine` makes of the figures of two contenders in the same round. */
export function paired(
  rounds: Rounds,
  one: string,
  other: string,
  combine: (one: number, other: number) => number,
): number {
  const others = rounds.get(other) ?? []
  return median((rounds.get(one) ?? []).map((figure, round) => combine(figure, others[round] ?? Number.NaN)))
}

/** How many times as long one contender takes as the other. */
export function ratio(rounds: Rounds, one: string, other: string): number {
  return paired(rounds, one, other, (a, b) => a / b)
}

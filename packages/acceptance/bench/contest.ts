/** One of the compared subjects. */
export interface Contender {
  readonly name: string
  /** Runs it once or several times and resolves with the duration of one run, in ms. */
  measure(): Promise<number>
}

/** Results by contender: one figure per round. */
export type Rounds = ReadonlyMap<string, readonly number[]>

/**
 * Measures every contender once per round, so that disturbances of the machine affect all alike. Each one is measured after
 * each other one equally often: what a process leaves to the one after it (caches, the collection of its garbage on the other
 * core) is a few percent. The balance takes as many rounds as there are contenders, twice as many if their number is odd.
 */
export async function contest(contenders: readonly Contender[], rounds: number, warmUp: number): Promise<Rounds> {
  const figures = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const contender of balancedOrder(contenders, round + warmUp)) {
      const figure = await contender.measure()
      if (round >= 0) figures.get(contender.name)?.push(figure)
    }
  }
  return figures
}

/**
 * The order of a turn: over all turns each item comes at each place, and after each other one, equally often. A Williams design.
 *
 * @see https://doi.org/10.1071/CH9490149
 */
export function balancedOrder<T>(items: readonly T[], turn: number): readonly T[] {
  const count = items.length
  // From both ends in turn: 0, 1, -1, 2, -2, …
  const order = items.map((_, place) => {
    const step = place % 2 === 0 ? count - place / 2 : (place + 1) / 2
    return items[(step + turn) % count] as T
  })
  return count % 2 === 1 && turn % (2 * count) >= count ? order.toReversed() : order
}

/** The median. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}

/** The median over the rounds of `combine(one, other)`, each pair taken from the same round. */
export function paired(
  rounds: Rounds,
  one: string,
  other: string,
  combine: (one: number, other: number) => number,
): number {
  const others = rounds.get(other) ?? []
  return median((rounds.get(one) ?? []).map((figure, round) => combine(figure, others[round] ?? Number.NaN)))
}

/** The mean. */
export function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}

/** The standard error of the mean; NaN for a single figure. */
export function standardError(figures: readonly number[]): number {
  const middle = mean(figures)
  const squares = figures.map((figure) => (figure - middle) ** 2)
  return Math.sqrt(mean(squares) / (figures.length - 1))
}

/** Median ratio of one contender's time to another's. */
export function ratio(rounds: Rounds, one: string, other: string): number {
  return paired(rounds, one, other, (a, b) => a / b)
}

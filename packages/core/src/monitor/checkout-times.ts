import type { PoolTimings, TimingStats } from '../events/stats.ts'
import { onPoolTiming, type PoolTiming } from '../events/timings.ts'

const NONE: TimingStats = { count: 0, sumMs: 0, maxMs: 0 }

/** The times of checkouts, by pool, from its making until it is ended. */
export class CheckoutTimes {
  readonly #pools = new Map<string, PoolTimings>()
  readonly #names: () => readonly string[]
  /** Ends it. */
  readonly end: () => void

  /** @param names Returns the names of the pools. */
  constructor(names: () => readonly string[]) {
    this.#names = names
    this.end = onPoolTiming((timing) => this.#add(timing))
  }

  of(pool: string): PoolTimings {
    return this.#pools.get(pool) ?? { wait: NONE, use: NONE }
  }

  #add({ pool, kind, ms }: PoolTiming): void {
    const known = this.#pools.get(pool)
    if (!known && !this.#names().includes(pool)) return
    const { count, sumMs, maxMs } = this.of(pool)[kind]
    const added = { count: count + 1, sumMs: sumMs + ms, maxMs: Math.max(maxMs, ms) }
    this.#pools.set(pool, { ...this.of(pool), [kind]: added })
  }
}

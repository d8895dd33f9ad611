import type { PoolTimings, TimingStats } from '../events/stats.ts'
import { countTimings, flushTimings, type TimingKind } from '../events/timings.ts'

/** The sums of one kind of time. */
class Sums implements TimingStats {
  count = 0
  sumMs = 0
  maxMs = 0

  add(ms: number): void {
    this.count++
    this.sumMs += ms
    if (ms > this.maxMs) this.maxMs = ms
  }
}

type SumsOfPool = Readonly<Record<TimingKind, Sums>>

/** The times of checkouts, by pool, from its making until it is ended. */
export class CheckoutTimes {
  readonly #pools = new Map<string, SumsOfPool>()
  readonly #names: () => readonly string[]
  /** Ends it. */
  readonly end: () => void

  /** @param names Returns the names of the pools; the times of others are left out. */
  constructor(names: () => readonly string[]) {
    this.#names = names
    this.end = countTimings(this)
  }

  of(pool: string): PoolTimings {
    flushTimings()
    const { wait, use } = this.#pools.get(pool) ?? none()
    return { wait: { ...wait }, use: { ...use } }
  }

  /** Called with the times of each pool of the process. */
  add(pool: string, kind: TimingKind, times: readonly number[]): void {
    const known = this.#pools.get(pool)
    if (!known && !this.#names().includes(pool)) return
    const sums = known ?? none()
    this.#pools.set(pool, sums)
    for (const ms of times) sums[kind].add(ms)
  }
}

function none(): SumsOfPool {
  return { wait: new Sums(), use: new Sums() }
}

import type { PoolTimings, TimingStats } from '../events/stats.ts'
import { countTimings, renewSinks, type TimingKind, type TimingSink } from '../events/timings.ts'

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

/** Takes the times of pools of other databases. */
const NOWHERE: TimingSink = { add() {} }

/** The times of checkouts, by pool, from its making until it is ended. */
export class CheckoutTimes {
  readonly #pools = new Map<string, SumsOfPool>()
  readonly #names: () => readonly string[]
  /** True if a pool has asked that was none of this database's; it may have become one since. */
  #hasRefused = false
  /** Ends it. */
  readonly end: () => void

  /** @param names Returns the names of the pools. */
  constructor(names: () => readonly string[]) {
    this.#names = names
    this.end = countTimings(this)
  }

  of(pool: string): PoolTimings {
    if (this.#hasRefused) renewSinks()
    this.#hasRefused = false
    const { wait, use } = this.#pools.get(pool) ?? none()
    return { wait: { ...wait }, use: { ...use } }
  }

  sink(pool: string, kind: TimingKind): TimingSink {
    const known = this.#pools.get(pool)
    if (known) return known[kind]
    if (!this.#names().includes(pool)) {
      this.#hasRefused = true
      return NOWHERE
    }
    const sums = none()
    this.#pools.set(pool, sums)
    return sums[kind]
  }
}

function none(): SumsOfPool {
  return { wait: new Sums(), use: new Sums() }
}

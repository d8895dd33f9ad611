import type { PoolTimings, TimingStats } from '../events/stats.ts'
import { countTimings, type TimingKind } from '../events/timings.ts'

/** The sums of one kind of time; written in place, as every checkout adds to them. */
type Sums = { -readonly [Name in keyof TimingStats]: TimingStats[Name] }

type SumsOfPool = Readonly<Record<keyof PoolTimings, Sums>>

/** Names of pools of other databases that are remembered. */
const MOST_OTHERS = 256

/** The times of checkouts, by pool, from its making until it is ended. */
export class CheckoutTimes {
  readonly #pools = new Map<string, SumsOfPool>()
  /** Names of pools of other databases, until somebody reads: a name may be given to another pool later. */
  readonly #others = new Set<string>()
  readonly #names: () => readonly string[]
  /** Ends it. */
  readonly end: () => void

  /** @param names Returns the names of the pools. */
  constructor(names: () => readonly string[]) {
    this.#names = names
    this.end = countTimings(this)
  }

  of(pool: string): PoolTimings {
    this.#others.clear()
    const { wait, use } = this.#pools.get(pool) ?? none()
    return { wait: { ...wait }, use: { ...use } }
  }

  /** Adds a time, in milliseconds, to those of its pool. */
  add(pool: string, kind: TimingKind, ms: number): void {
    const sums = this.#pools.get(pool) ?? this.#begin(pool)
    if (!sums) return
    const one = sums[kind]
    one.count++
    one.sumMs += ms
    if (ms > one.maxMs) one.maxMs = ms
  }

  /** Undefined for a pool of another database. */
  #begin(pool: string): SumsOfPool | undefined {
    if (this.#others.has(pool)) return undefined
    if (!this.#names().includes(pool)) {
      if (this.#others.size >= MOST_OTHERS) this.#others.clear()
      this.#others.add(pool)
      return undefined
    }
    const sums = none()
    this.#pools.set(pool, sums)
    return sums
  }
}

function none(): SumsOfPool {
  return { wait: { count: 0, sumMs: 0, maxMs: 0 }, use: { count: 0, sumMs: 0, maxMs: 0 } }
}

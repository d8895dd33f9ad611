import type { Attributes, Histogram } from '@opentelemetry/api'
import type { TimingKind, TimingSink } from '@verifull/core/adapter'
import { shield } from './shield.ts'

/** Most times of a pool that wait. */
const MOST = 256
const SECOND_MS = 1000

/**
 * Times that are recorded together: an SDK writes the attributes of each value out to find its series, which costs a few times
 * as much between two queries as in a row.
 */
export class PendingTimes {
  readonly #histograms: Readonly<Record<TimingKind, Histogram>>
  /** In seconds, by pool. */
  readonly #times = { wait: new Map<string, number[]>(), use: new Map<string, number[]>() }

  constructor(histograms: Readonly<Record<TimingKind, Histogram>>) {
    this.#histograms = histograms
  }

  sink(pool: string, kind: TimingKind): TimingSink {
    return { add: (ms) => this.#add(pool, kind, ms) }
  }

  /** Records all that wait; to be called before the histograms are read. */
  flush(): void {
    for (const kind of ['wait', 'use'] as const) {
      for (const [pool, times] of this.#times[kind]) this.#record(kind, pool, times)
    }
  }

  #add(pool: string, kind: TimingKind, ms: number): void {
    const times = this.#times[kind].get(pool)
    if (!times) this.#times[kind].set(pool, [ms / SECOND_MS])
    else if (times.push(ms / SECOND_MS) === MOST) shield('the meter', () => this.#record(kind, pool, times))
  }

  #record(kind: TimingKind, pool: string, times: readonly number[]): void {
    // First: they are not recorded again after a histogram that throws.
    this.#times[kind].delete(pool)
    const attributes: Attributes = { 'db.client.connection.pool.name': pool }
    for (const seconds of times) this.#histograms[kind].record(seconds, attributes)
  }
}

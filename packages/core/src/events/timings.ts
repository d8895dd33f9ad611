import { checkFunction } from '../errors/argument.ts'
import { processWide } from '../system/process-wide.ts'
import { shielded } from './on-event.ts'

/** `wait`: until a session was lent, or until the checkout failed. `use`: from then on until it was given back. */
export type TimingKind = 'wait' | 'use'

/** A time that a checkout took. */
export interface PoolTiming {
  /** Name of the pool. */
  readonly pool: string
  /** Library of the pool: `pg` (TypeORM's too), `sequelize`, `knex`. */
  readonly source: string
  readonly kind: TimingKind
  readonly ms: number
}

/** Adds the times of checkouts up. */
export interface TimingCounter {
  /**
   * Called with times of a pool, in the order in which they were measured; see {@link flushTimings}. Must not throw.
   *
   * @param pool Name of the pool.
   * @param times In milliseconds.
   */
  add(pool: string, kind: TimingKind, times: readonly number[]): void
}

/** Most times of one kind that a pool keeps. */
const MOST = 256

/** Those who want times, and the pools that keep some. */
const timings = processWide('verifull.timings', () => ({
  counters: [] as readonly TimingCounter[],
  listeners: [] as readonly ((timing: PoolTiming) => void)[],
  keeping: new Set<{ flush(): void }>(),
}))

/**
 * Calls `listener` with the times of each checkout of each pool, and returns the function that ends it.
 *
 * It costs less than the tracing channel `verifull:pool:acquire`: no context and no promise is made. Nothing is measured
 * while nobody listens. A listener that throws changes nothing for the pool.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` for a listener that is no function.
 *
 * @example
 * import { onPoolTiming } from '@verifull/core'
 *
 * const stop = onPoolTiming(({ pool, kind, ms }) => console.log(pool, kind, ms))
 * stop()
 */
export function onPoolTiming(listener: (timing: PoolTiming) => unknown): () => void {
  checkFunction(listener, 'onPoolTiming', 'listener')
  const listen = shielded('onPoolTiming()', listener as (event: unknown) => unknown)
  want({ listeners: [...timings.listeners, listen] })
  return () => want({ listeners: timings.listeners.filter((one) => one !== listen) })
}

/**
 * Adds the times of each checkout of each pool to a counter from now on, and returns the function that ends it.
 *
 * It costs less than {@link onPoolTiming}: a pool keeps its times, and hands many of them over at once.
 */
export function countTimings(counter: TimingCounter): () => void {
  want({ counters: [...timings.counters, counter] })
  return () => want({ counters: timings.counters.filter((one) => one !== counter) })
}

/** Changes who wants times; those that were measured before go to who wanted them. */
function want(change: Partial<Pick<typeof timings, 'counters' | 'listeners'>>): void {
  flushTimings()
  Object.assign(timings, change)
}

/** Has each pool hand over the times that it keeps; to be called by a counter before its numbers are read. */
export function flushTimings(): void {
  for (const timer of timings.keeping) timer.flush()
}

/** True while somebody listens or counts: times are measured only then. */
export function isTimed(): boolean {
  return timings.counters.length > 0 || timings.listeners.length > 0
}

/** The pool that times are of. */
interface TimedPool {
  readonly name: string
  readonly source: string
}

/**
 * Tells the listeners and the counters of the times of one pool.
 *
 * Between two queries, what a counter reads and writes is in no cache of the processor: to have each time counted costs a few
 * percent of a short query.
 */
export class PoolTimer {
  readonly #pool: TimedPool
  #wait: number[] = []
  #use: number[] = []

  constructor({ name, source }: TimedPool) {
    this.#pool = { name, source }
  }

  tell(kind: TimingKind, ms: number): void {
    if (timings.counters.length > 0) this.#keep(kind === 'wait' ? this.#wait : this.#use, ms)
    if (timings.listeners.length > 0) this.#publish(kind, ms)
  }

  /** Hands the times over that it keeps. */
  flush(): void {
    const [wait, use] = [this.#wait, this.#use]
    this.#wait = []
    this.#use = []
    timings.keeping.delete(this)
    for (const counter of timings.counters) {
      if (wait.length > 0) counter.add(this.#pool.name, 'wait', wait)
      if (use.length > 0) counter.add(this.#pool.name, 'use', use)
    }
  }

  #keep(times: number[], ms: number): void {
    const count = times.push(ms)
    if (count === 1) timings.keeping.add(this)
    if (count === MOST) this.flush()
  }

  #publish(kind: TimingKind, ms: number): void {
    const { name, source } = this.#pool
    for (const listen of timings.listeners) listen({ pool: name, source, kind, ms })
  }
}

import diagnostics from 'node:diagnostics_channel'
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

/** Adds times of one kind up. */
export interface TimingSink {
  /** Called for each time; must not throw. */
  add(ms: number): void
}

/** Adds the times of checkouts up. */
export interface TimingCounter {
  /**
   * Returns what the times of a pool go to from now on. Each pool asks once, and once more after a counter has come or gone, and
   * after {@link renewSinks}. Must not throw.
   *
   * @param pool Name of the pool.
   */
  sink(pool: string, kind: TimingKind): TimingSink
}

const CHANNEL = 'verifull:pool:timing'
/** Node forgets a channel, and who subscribed to it, where nothing holds it. */
const channel = diagnostics.channel(CHANNEL)
const counting = processWide('verifull.timing-counters', () => ({ counters: new Set<TimingCounter>(), version: 0 }))

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
  const listen = shielded(CHANNEL, listener as (event: unknown) => unknown)
  diagnostics.subscribe(CHANNEL, listen)
  return () => void diagnostics.unsubscribe(CHANNEL, listen)
}

/**
 * Adds the times of each checkout of each pool to a counter, and returns the function that ends it.
 *
 * It costs less than {@link onPoolTiming}, as no object is made for a time, and nothing is looked up.
 */
export function countTimings(counter: TimingCounter): () => void {
  counting.counters.add(counter)
  renewSinks()
  return () => {
    counting.counters.delete(counter)
    renewSinks()
  }
}

/** Has each pool ask the counters anew; to be called by one whose sinks are not in use any more. */
export function renewSinks(): void {
  counting.version++
}

/** True while somebody listens or counts: times are measured only then. */
export function isTimed(): boolean {
  return counting.counters.size > 0 || channel.hasSubscribers
}

/** The pool that times are of. */
interface TimedPool {
  readonly name: string
  readonly source: string
}

/** Tells the counters and the listeners of the times of one pool. */
export class PoolTimer {
  readonly #pool: TimedPool
  #version = -1
  #wait: readonly TimingSink[] = []
  #use: readonly TimingSink[] = []

  constructor(pool: TimedPool) {
    this.#pool = pool
  }

  tell(kind: TimingKind, ms: number): void {
    if (this.#version !== counting.version) this.#ask()
    for (const sink of kind === 'wait' ? this.#wait : this.#use) sink.add(ms)
    if (!channel.hasSubscribers) return
    const { name, source } = this.#pool
    channel.publish({ pool: name, source, kind, ms } satisfies PoolTiming)
  }

  #ask(): void {
    this.#version = counting.version
    const counters = [...counting.counters]
    this.#wait = counters.map((counter) => counter.sink(this.#pool.name, 'wait'))
    this.#use = counters.map((counter) => counter.sink(this.#pool.name, 'use'))
  }
}

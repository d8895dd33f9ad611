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

/** Adds the times of checkouts up. Its `add()` is called for each time and must not throw. */
export interface TimingCounter {
  /**
   * @param pool Name of the pool.
   * @param ms Milliseconds.
   */
  add(pool: string, kind: TimingKind, ms: number): void
}

const CHANNEL = 'verifull:pool:timing'
/** Node forgets a channel, and who subscribed to it, where nothing holds it. */
const channel = diagnostics.channel(CHANNEL)
const counters = processWide('verifull.timing-counters', () => new Set<TimingCounter>())

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
 * It costs less than {@link onPoolTiming}, as no object is made for a time.
 */
export function countTimings(counter: TimingCounter): () => void {
  counters.add(counter)
  return () => void counters.delete(counter)
}

/** True while somebody listens or counts: times are measured only then. */
export function isTimed(): boolean {
  return counters.size > 0 || channel.hasSubscribers
}

/** Tells the counters and the listeners of a time. */
export function tellTiming({ name, source }: TimedPool, kind: TimingKind, ms: number): void {
  for (const counter of counters) counter.add(name, kind, ms)
  if (channel.hasSubscribers) channel.publish({ pool: name, source, kind, ms } satisfies PoolTiming)
}

/** The pool that a time is of. */
interface TimedPool {
  readonly name: string
  readonly source: string
}

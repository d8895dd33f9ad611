import diagnostics from 'node:diagnostics_channel'
import { checkFunction } from '../errors/argument.ts'
import { shielded } from './on-event.ts'

/** `wait`: until a session was lent, or until the checkout failed. `use`: from then on until it was given back. */
type TimingKind = 'wait' | 'use'

/** A time that a checkout took. */
export interface PoolTiming {
  /** Name of the pool. */
  readonly pool: string
  /** Library of the pool: `pg` (TypeORM's too), `sequelize`, `knex`. */
  readonly source: string
  readonly kind: TimingKind
  readonly ms: number
}

const CHANNEL = 'verifull:pool:timing'
/** Node forgets a channel, and who subscribed to it, where nothing holds it. */
const channel = diagnostics.channel(CHANNEL)

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

/** True while somebody listens: times are measured only then. */
export function isTimed(): boolean {
  return channel.hasSubscribers
}

/** Tells the listeners of a time. */
export function tellTiming(timing: PoolTiming): void {
  channel.publish(timing)
}

import type { Endpoint, Target } from './endpoint.ts'

/** A black hole and how many fell into it. */
export interface BlackHole extends Endpoint {
  /** TCP connections accepted so far. */
  readonly accepted: number
  /** Those that are still open. */
  readonly open: number
}

/** A relay that can be turned into a black hole and back. */
export interface SwallowingProxy extends BlackHole {
  /** From now on, bytes of both directions vanish, and new connections are accepted and never answered. */
  swallow(): void
  /** From now on, bytes pass again; what was swallowed is lost. */
  relay(): void
}

/**
 * Starts a server that accepts connections and never says anything.
 *
 * @example
 * const hole = await blackHole()
 */
export async function blackHole(): Promise<BlackHole> {
  throw new Error('not built yet')
}

/**
 * Starts a proxy that relays until it is told to swallow: a network that goes dead without closing anything.
 *
 * @example
 * const proxy = await swallowingProxy({ to: server })
 * proxy.swallow()
 */
export async function swallowingProxy(_wanted: { readonly to: Target }): Promise<SwallowingProxy> {
  throw new Error('not built yet')
}

import type { Endpoint, Target } from './endpoint.ts'

/**
 * Starts a proxy behind which a server seems `roundTripMs` away: each direction is delayed by half of it. The TCP
 * handshake itself is not delayed.
 *
 * @example
 * const far = await delayingProxy({ to: server, roundTripMs: 20 })
 */
export async function delayingProxy(_wanted: { readonly to: Target; readonly roundTripMs: number }): Promise<Endpoint> {
  throw new Error('not built yet')
}

import type { Socket } from 'node:net'
import { delayLine } from './delay-line.ts'
import type { Endpoint, Target } from './endpoint.ts'
import { relay } from './relay.ts'

/**
 * Starts a relay that adds a round trip of `roundTripMs`, half of it in each direction. The TCP handshake itself is not
 * delayed.
 *
 * @example
 * const far = await delayingProxy({ to: server, roundTripMs: 20 })
 */
export async function delayingProxy(wanted: { readonly to: Target; readonly roundTripMs: number }): Promise<Endpoint> {
  return relay(wanted.to, (from, to) => delay(from, to, wanted.roundTripMs / 2))
}

function delay(from: Socket, to: Socket, delayMs: number): void {
  const line = delayLine()
  from.on('data', (chunk) => line.later(() => to.write(chunk), delayMs))
  from.on('end', () => line.later(() => to.end(), delayMs))
  to.on('close', line.stop)
}

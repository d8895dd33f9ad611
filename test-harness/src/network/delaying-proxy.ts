import type { Socket } from 'node:net'
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
  const late: { readonly at: number; readonly act: () => void }[] = []
  let timer: NodeJS.Timeout | undefined
  const later = (act: () => void) => {
    late.push({ at: performance.now() + delayMs, act })
    timer ??= setTimeout(deliver, delayMs)
  }
  const deliver = () => {
    timer = undefined
    // A timer may fire up to a millisecond early.
    while (late[0] && late[0].at <= performance.now() + 0.5) late.shift()?.act()
    if (late[0]) timer = setTimeout(deliver, late[0].at - performance.now())
  }
  from.on('data', (chunk) => later(() => to.write(chunk)))
  from.on('end', () => later(() => to.end()))
  to.on('close', () => clearTimeout(timer))
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint, Target } from './endpoint.ts'
import { relay } from './relay.ts'

/**
 * Starts a relay that sends the server's bytes one per segment, so that no message arrives whole.
 *
 * @example
 * const proxy = await dribblingProxy({ to: server, everyMs: 1 })
 */
export async function dribblingProxy(wanted: {
  readonly to: Target
  /** Pause after each byte, in ms. Default 0: one byte per turn of the event loop. */
  readonly everyMs?: number
}): Promise<Endpoint> {
  return relay(wanted.to, (from, to, direction) => {
    if (direction === 'to server') {
      from.pipe(to)
      return
    }
    let last: Promise<unknown> = Promise.resolve()
    const dribble = async (chunk: Buffer) => {
      for (const byte of chunk) {
        if (!to.writable) return
        await new Promise((resolve) => to.write(Buffer.of(byte), resolve))
        await (wanted.everyMs ? pause(wanted.everyMs) : new Promise(setImmediate))
      }
    }
    from.on('data', (chunk: Buffer) => {
      last = last.then(() => dribble(chunk))
    })
    from.on('end', () => {
      last = last.then(() => to.end())
    })
  })
}

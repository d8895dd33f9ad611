import type { Endpoint, Target } from './endpoint.ts'
import { reset } from './listen.ts'
import { relay } from './relay.ts'

// libuv reports bytes and an RST that arrive together as an ordinary end.
const PAUSE_MS = 20

/** A relay that can reset its connections. */
export interface ResettingProxy extends Endpoint {
  /** Resets (RST) all open connections, both sides. */
  reset(): void
}

/**
 * Starts a relay that resets all connections on `reset()`, or each one after `afterBytes` bytes from the server.
 *
 * @example
 * const proxy = await resettingProxy({ to: server, afterBytes: 100 }) // in the middle of the TLS handshake
 */
export async function resettingProxy(wanted: {
  readonly to: Target
  readonly afterBytes?: number
}): Promise<ResettingProxy> {
  const listening = await relay(wanted.to, (from, to, direction) => {
    let left = direction === 'to client' ? (wanted.afterBytes ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    from.on('data', (chunk: Buffer) => {
      const passed = chunk.subarray(0, Math.min(left, chunk.length))
      left -= passed.length
      to.write(passed)
      if (left <= 0) setTimeout(reset, PAUSE_MS, to)
    })
    from.on('end', () => to.end())
  })
  return {
    ...listening,
    reset() {
      for (const socket of listening.sockets) reset(socket)
    },
  }
}

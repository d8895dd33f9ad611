import type { Endpoint, Target } from './endpoint.ts'
import { listen } from './listen.ts'
import { relay } from './relay.ts'

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
  let accepted = 0
  const listening = await listen((socket) => {
    accepted += 1
    socket.resume()
  })
  return {
    host: listening.host,
    port: listening.port,
    get accepted() {
      return accepted
    },
    get open() {
      return listening.sockets.size
    },
    stop: listening.stop,
  }
}

/**
 * Starts a proxy that relays until it is told to swallow: a network that goes dead without closing anything.
 *
 * @example
 * const proxy = await swallowingProxy({ to: server })
 * proxy.swallow()
 */
export async function swallowingProxy(wanted: { readonly to: Target }): Promise<SwallowingProxy> {
  let accepted = 0
  let swallowing = false
  const listening = await relay(wanted.to, (from, to, direction) => {
    if (direction === 'to server') accepted += 1
    from.on('data', (chunk) => {
      if (!swallowing) to.write(chunk)
    })
    from.on('end', () => {
      if (!swallowing) to.end()
    })
  })
  return {
    host: listening.host,
    port: listening.port,
    get accepted() {
      return accepted
    },
    get open() {
      return listening.sockets.size
    },
    swallow() {
      swallowing = true
    },
    relay() {
      swallowing = false
    },
    stop: listening.stop,
  }
}

import type { Endpoint, Target } from './endpoint.ts'
import { listen } from './listen.ts'
import { relay } from './relay.ts'

/** A server that accepts connections and never responds. */
export interface BlackHole extends Endpoint {
  /** TCP connections accepted so far. */
  readonly accepted: number
  /** Number of open connections. */
  readonly open: number
}

/** A relay that can discard all bytes. */
export interface SwallowingProxy extends BlackHole {
  /** Discards the bytes of both directions from now on; new connections are accepted and get no response. */
  swallow(): void
  /** Discards the bytes of the connections that are open, for good; new ones are relayed: a firewall's idle limit. */
  swallowOpen(): void
  /** Relays again from now on; discarded bytes are lost. */
  relay(): void
}

/**
 * Starts a server that accepts connections and never responds.
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
 * Starts a relay that discards all bytes after `swallow()`: a network failure that closes no connection.
 *
 * @example
 * const proxy = await swallowingProxy({ to: server })
 * proxy.swallow()
 */
export async function swallowingProxy(wanted: { readonly to: Target }): Promise<SwallowingProxy> {
  let accepted = 0
  let swallowing = false
  /** Grows with each call of `swallowOpen()`: connections of an earlier generation are discarded. */
  let generation = 0
  const listening = await relay(wanted.to, (from, to, direction) => {
    if (direction === 'to server') accepted += 1
    const mine = generation
    const swallows = () => swallowing || mine < generation
    from.on('data', (chunk) => {
      if (!swallows()) to.write(chunk)
    })
    from.on('end', () => {
      if (!swallows()) to.end()
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
    swallowOpen() {
      generation += 1
    },
    relay() {
      swallowing = false
    },
    stop: listening.stop,
  }
}

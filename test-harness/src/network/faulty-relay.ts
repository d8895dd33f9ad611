import { delayLine } from './delay-line.ts'
import type { Endpoint, Target } from './endpoint.ts'
import { reset } from './listen.ts'
import { relay } from './relay.ts'

/** Time until TCP sends a lost segment again, in ms: the least of Linux. */
const RETRANSMISSION_MS = 200

/** A relay whose target moves, and whose network can be made bad. */
export interface FaultyRelay extends Endpoint {
  /** Delays each direction by so many ms; 0 ends it. */
  delay(ms: number): void
  /** Loses this share (0 to 1) of the segments, which arrive after a retransmission; 0 ends it. */
  lose(share: number): void
  /** Discards all bytes of both directions, or relays again; discarded bytes are lost. */
  swallow(isSwallowing: boolean): void
  /** Discards the bytes of the connections that are open, for good; new ones are relayed. */
  swallowOpen(): void
  /** Like {@link swallowOpen}, and ends the server's side: the client alone takes its connections for open. */
  halfOpen(): void
}

/**
 * Starts a relay to the present `to()`.
 *
 * @example
 * const relay = await faultyRelay(() => cluster.primary)
 * relay.lose(0.1)
 */
export async function faultyRelay(to: () => Target): Promise<FaultyRelay> {
  let delayMs = 0
  let lost = 0
  let isSwallowing = false
  let generation = 0
  const ends = new Set<() => void>()
  const listening = await relay(to, (from, onward, direction) => {
    const own = generation
    const swallows = () => isSwallowing || own < generation
    const line = delayLine()
    const pass = (act: () => void) => line.later(act, delayMs + (Math.random() < lost ? RETRANSMISSION_MS : 0))
    onward.on('close', line.stop)
    from.on('data', (chunk) => {
      if (!swallows()) pass(() => void onward.write(chunk))
    })
    from.on('end', () => {
      if (!swallows()) pass(() => void onward.end())
    })
    if (direction === 'to server') {
      const end = () => {
        // The end of the server's side stays unknown to the client.
        onward
          .removeAllListeners('close')
          .removeAllListeners('error')
          .on('error', () => {})
        reset(onward)
      }
      ends.add(end)
      from.once('close', () => ends.delete(end))
    }
  })
  return {
    host: listening.host,
    port: listening.port,
    stop: listening.stop,
    delay(ms) {
      delayMs = ms
    },
    lose(share) {
      lost = share
    },
    swallow(now) {
      isSwallowing = now
    },
    swallowOpen() {
      generation += 1
    },
    halfOpen() {
      generation += 1
      for (const end of ends) end()
      ends.clear()
    },
  }
}

import { ClientMessages } from '../../hostile/client-message.ts'
import type { Endpoint, Target } from '../../network/endpoint.ts'
import { relay } from '../../network/relay.ts'
import { spoken } from './spoken.ts'

/** A relay in front of a real server that counts connections and notes what clients say before TLS hides it. */
export interface Tap extends Endpoint {
  /** Per connection: `SSLRequest ClientHello`. */
  readonly says: readonly string[]
}

/** Starts a tap in front of a server. */
export async function openTap(to: Target): Promise<Tap> {
  const connections: string[][] = []
  const { host, port, stop } = await relay(to, (from, other, direction) => {
    if (direction === 'to server') {
      const events: string[] = []
      connections.push(events)
      const messages = new ClientMessages()
      from.on('data', (bytes: Buffer) => {
        if (events.at(-1) === 'ClientHello') return
        for (const { event } of messages.push(bytes)) events.push(event)
      })
    }
    from.pipe(other)
  })
  return {
    host,
    port,
    stop,
    get says() {
      return connections.map(spoken)
    },
  }
}

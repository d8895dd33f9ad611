import { ClientMessages } from '../../hostile/client-message.ts'
import type { Endpoint } from '../../network/endpoint.ts'
import { relay } from '../../network/relay.ts'
import type { PostgresServer } from '../../postgres/server.ts'
import { clientMessages } from './client-messages.ts'
import type { Heard } from './trace.ts'

/** A relay in front of a real server that counts connections and records the client's messages up to TLS. */
export interface Tap extends Endpoint {
  readonly connections: readonly Heard[]
  /** Number of open connections. */
  readonly open: number
}

interface Tapped {
  readonly events: string[]
  remote?: string
}

/** Starts a tap in front of a server. */
export async function openTap(server: PostgresServer): Promise<Tap> {
  const connections: Tapped[] = []
  const { host, port, stop, sockets } = await relay(server.direct, (from, other, direction) => {
    if (direction === 'to server') {
      const tapped: Tapped = { events: [] }
      connections.push(tapped)
      other.once('connect', () => {
        tapped.remote = `${other.localAddress}:${other.localPort}`
      })
      const messages = new ClientMessages()
      from.on('data', (bytes: Buffer) => {
        if (tapped.events.at(-1) === 'ClientHello') return
        for (const { event } of messages.push(bytes)) tapped.events.push(event)
      })
    }
    from.pipe(other)
  })
  return {
    host,
    port,
    stop,
    get connections() {
      return connections.map(({ events, remote }) => ({
        says: clientMessages(events),
        seen: remote === undefined ? undefined : { server, remote },
      }))
    },
    get open() {
      return sockets.size
    },
  }
}

import type { Issued } from '../certificates/issued.ts'
import { blackHole } from '../network/black-hole.ts'
import type { Endpoint } from '../network/endpoint.ts'
import type { HostileScript } from './script.ts'
import { startHostileServer } from './server.ts'

/** A server that stops responding at a point of the protocol. */
export interface SilentServer extends Endpoint {
  /** Number of connections still open, after a short delay for those that are closing. */
  openConnections(): Promise<number>
}

/** Servers by the point at which they stop responding. Each entry starts one with the given certificate. */
export const SILENT_SERVERS: Readonly<Record<string, (shown: Issued) => Promise<SilentServer>>> = {
  'before it answers the request for TLS': async () => {
    const hole = await blackHole()
    return { host: hole.host, port: hole.port, stop: hole.stop, openConnections: () => moment().then(() => hole.open) }
  },
  'after it agreed to TLS': () => silentServer({ ssl: 'S', tls: 'silence' }),
  'after the handshake': ({ chain: certificate, key }) =>
    silentServer({ tls: { certificate, key }, answers: ['silence'] }),
}

/** Starts a server whose script ends in silence. `openConnections()` rejects if a connection stays open. */
export async function silentServer(script: HostileScript): Promise<SilentServer> {
  const server = await startHostileServer(script)
  return {
    host: server.host,
    port: server.port,
    stop: server.stop,
    async openConnections() {
      await moment()
      await server.allClosed()
      return 0
    },
  }
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 100))

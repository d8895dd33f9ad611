import type { Endpoint } from '../network/endpoint.ts'
import type { ConnectionTrace, HostileScript } from './script.ts'

/** A server that breaks the rules as its script says, and writes down what clients did. */
export interface HostileServer extends Endpoint {
  /** One per TCP connection, in the order in which they came. */
  readonly connections: readonly ConnectionTrace[]
  /** Resolves when every connection so far has ended, so that traces are complete. Rejects after `timeoutMs` (default 2000). */
  allClosed(timeoutMs?: number): Promise<void>
}

/**
 * Starts a server on loopback that speaks as much of the protocol as its script says.
 *
 * @example
 * const server = await startHostileServer({ ssl: 'N', answers: ['cleartext', 'ok'] })
 * await connectTo(server.port)
 * server.connections[0]?.events // ['SSLRequest', 'StartupMessage user=app database=app', 'PasswordMessage', …]
 */
export async function startHostileServer(_script: HostileScript): Promise<HostileServer> {
  throw new Error('not built yet')
}

import type { Target } from '../network/endpoint.ts'
import type { HostileTls } from './script.ts'
import type { HostileServer } from './server.ts'

/** What a man in the middle needs. */
export interface MiddleWanted extends HostileTls {
  /** The real server. */
  readonly to: Target
  /** How it talks to the real server. Default `tls`, unverified. */
  readonly upstream?: 'tls' | 'plaintext'
}

/**
 * Starts a man in the middle: it ends the client's TLS with a certificate of its own and relays everything to the real
 * server. {@link HostileServer.connections} tell what it could read.
 *
 * @example
 * const middle = await manInTheMiddle({ to: server, certificate: forged.certificate, key: forged.key })
 */
export async function manInTheMiddle(_wanted: MiddleWanted): Promise<HostileServer> {
  throw new Error('not built yet')
}

/**
 * Starts an attacker that answers N to SSLRequest and relays in plaintext, whatever the real server can do.
 *
 * @example
 * const downgrader = await plaintextDowngrader({ to: server })
 */
export async function plaintextDowngrader(_wanted: { readonly to: Target }): Promise<HostileServer> {
  throw new Error('not built yet')
}

import type { X509Certificate } from 'node:crypto'
import type { SecureContext } from 'node:tls'
import type { Verification } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { ProtocolRange } from './settings.ts'
import type { TrustedRoots } from './trusted-roots.ts'

/** What is offered to the server, and what it has to prove. */
export interface HandshakeRequest {
  readonly secureContext: SecureContext
  /** The name to send as SNI; undefined sends none. */
  readonly servername: string | undefined
  readonly verification: Verification
  /** The name that the certificate must be for, and the port, for messages. */
  readonly host: string
  readonly port: number
  /** For messages: the trusted roots, the client certificate and the protocol versions that the context has. */
  readonly roots: TrustedRoots
  readonly clientCertificate: ClientCertificate | undefined
  readonly protocols: ProtocolRange
  /** Present where nothing but a hybrid key exchange will do. */
  readonly keyExchange?: Sourced<'hybrid'> | undefined
  /** True where the server must select the protocol `postgresql` (direct negotiation). */
  readonly alpnRequired: boolean
}

/** What the handshake agreed on, read off the socket. */
export interface HandshakeResult {
  readonly protocol: string
  readonly cipher: string
  /** The key exchange group, where Node names it. */
  readonly group: string | undefined
  readonly alpn: string | undefined
  readonly peerCertificate: X509Certificate
  /** True where the server asked for a client certificate. */
  readonly certificateRequested: boolean
}

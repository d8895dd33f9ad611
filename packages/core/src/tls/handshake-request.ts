import type { SecureContext } from 'node:tls'
import type { Verification } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { PeerCertificate } from './peer-certificate.ts'
import type { ProtocolRange } from './settings.ts'
import type { TrustedRoots } from './trusted-roots.ts'

/** The client's side of a handshake: its offer, and the checks of the server. */
export interface HandshakeRequest {
  readonly secureContext: SecureContext
  /** Name to send as SNI; undefined sends none. */
  readonly servername: string | undefined
  readonly verification: Verification
  /** Name that the certificate must be for, and the port for messages. */
  readonly host: string
  readonly port: number
  /** The context's trusted roots, client certificate and protocol versions, for messages. */
  readonly roots: TrustedRoots
  readonly clientCertificate: ClientCertificate | undefined
  readonly protocols: ProtocolRange
  /** Present if a hybrid key exchange is demanded. */
  readonly keyExchange?: Sourced<'hybrid'> | undefined
  /** True if the server must select the protocol `postgresql` (direct negotiation). */
  readonly alpnRequired: boolean
}

/** The outcome of a handshake, read from the socket. */
export interface HandshakeResult {
  readonly protocol: string
  readonly cipher: string
  /** The key exchange group, if Node names it. */
  readonly group: string | undefined
  readonly alpn: string | undefined
  readonly peer: PeerCertificate
  /** True if the server requested a client certificate. */
  readonly certificateRequested: boolean
}

import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

const KEPT = 64
const seen = new Map<string, X509Certificate>()

/**
 * Gives the certificate that the peer presented; parsed once for all connections to it.
 *
 * `getPeerX509Certificate` would take it out of the socket for good on Node 20, and leave `getPeerCertificate` empty.
 */
export function peerCertificate(socket: TLSSocket): X509Certificate | undefined {
  const { raw, fingerprint256 } = socket.getPeerCertificate(false)
  if (!raw) return undefined
  const known = seen.get(fingerprint256)
  if (known) return known
  const certificate = new X509Certificate(raw)
  seen.set(fingerprint256, certificate)
  const oldest = seen.keys().next().value
  if (seen.size > KEPT && oldest !== undefined) seen.delete(oldest)
  return certificate
}

import type net from 'node:net'
import tls from 'node:tls'
import { ConnectError } from '../errors/connect-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import { printable } from '../text/printable.ts'
import { checkIdentity } from '../x509/identity.ts'
import { groups, HYBRID } from './groups.ts'
import type { HandshakeRequest, HandshakeResult } from './handshake-request.ts'
import { forgetPeerCertificate, type PeerCertificate, peerCertificate } from './peer-certificate.ts'
import { notHybrid, verificationError } from './verification-error.ts'

/** PostgreSQL's protocol name in IANA's registry; libpq offers it in every handshake. */
const ALPN = 'postgresql'

/**
 * Performs the TLS handshake over `socket` and verifies the peer as `offer.verification` demands.
 *
 * @throws {@link TlsError} if the handshake or a check fails, {@link ConnectError} if the network fails.
 */
export async function handshake(
  socket: net.Socket,
  offer: HandshakeRequest,
  signal: AbortSignal,
): Promise<{ socket: tls.TLSSocket; facts: HandshakeResult }> {
  // On a closed socket Node's handshake never ends.
  if (socket.destroyed) throw verificationError(socket.errored ?? closedInHandshake(), undefined, offer)
  const secured = tls.connect({
    socket,
    secureContext: offer.secureContext,
    ALPNProtocols: [ALPN],
    rejectUnauthorized: offer.verification !== 'none',
    checkServerIdentity: () => undefined, // libpq's rules, below, on the certificate itself
    ...(offer.servername === undefined ? {} : { servername: offer.servername }),
  })
  let peer: PeerCertificate | undefined
  // Node drops the socket when verification fails: the certificate, which the message names, must be read before.
  secured.prependListener('secure', () => {
    peer = peerCertificate(secured, offer.roots)
  })
  // Never removed: an error after the failure must not end the process.
  secured.on('error', () => {})
  try {
    await established(secured)
    return { socket: secured, facts: verified(secured, peer, offer) }
  } catch (error) {
    secured.destroy()
    socket.destroy()
    if (peer) forgetPeerCertificate(peer, offer.roots)
    if (signal.aborted) throw signal.reason
    throw error instanceof TlsError ? error : verificationError(error as NodeJS.ErrnoException, peer, offer)
  }
}

function established(secured: tls.TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(closedInHandshake())
    secured.once('error', reject).once('close', closed)
    secured.once('secureConnect', () => {
      secured.off('error', reject).off('close', closed)
      resolve()
    })
  })
}

function closedInHandshake(): ConnectError {
  return new ConnectError('ECONNRESET', 'the server closed the connection in the TLS handshake')
}

function verified(secured: tls.TLSSocket, peer: PeerCertificate | undefined, offer: HandshakeRequest): HandshakeResult {
  if (!peer) throw new TlsError('TLS_HANDSHAKE', `${offer.host}:${offer.port} presented no certificate`)
  if (offer.verification !== 'none' && !secured.authorized) {
    throw verificationError(secured.authorizationError, peer, offer)
  }
  const mismatch = offer.verification === 'full' ? checkIdentity(peer.certificate, offer.host) : undefined
  if (mismatch) throw new TlsError('TLS_NAME', nameMessage(mismatch.message, offer))
  const alpn = secured.alpnProtocol ? printable(secured.alpnProtocol) : undefined
  if (offer.alpnRequired && alpn !== ALPN) {
    throw new TlsError(
      'TLS_HANDSHAKE',
      `${offer.host}:${offer.port} did not select the protocol "${ALPN}", which sslnegotiation=direct demands; use sslnegotiation=postgres for servers before PostgreSQL 17`,
    )
  }
  const group = groupOf(secured)
  if (offer.keyExchange && group !== HYBRID) {
    throw new TlsError(
      'TLS_KEY_EXCHANGE',
      notHybrid(offer, offer.keyExchange, `agreed on ${printable(group ?? 'no group')}`),
    )
  }
  return {
    protocol: secured.getProtocol() ?? 'unknown',
    cipher: secured.getCipher().name,
    group,
    alpn,
    peer,
    // OpenSSL knows the server's signature algorithms only from a CertificateRequest.
    certificateRequested: secured.getSharedSigalgs().length > 0,
  }
}

/** Returns the group. Before 24, Node has no name for a hybrid group, and one for each other group on offer. */
function groupOf(secured: tls.TLSSocket): string | undefined {
  const { type, name } = secured.getEphemeralKeyInfo() as { type?: string; name?: string }
  if (name !== undefined || type !== undefined) return name
  return secured.getProtocol() === 'TLSv1.3' ? groups.hybrid : undefined
}

function nameMessage(mismatch: string, offer: HandshakeRequest): string {
  return `${mismatch}; if ${offer.host} is a tunnel or an alias, set host to a name in the certificate and hostaddr to the address (verification stays on)`
}

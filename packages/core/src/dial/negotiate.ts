import { ConnectError } from '../errors/connect-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Phase } from '../events/phase.ts'
import type { HandshakeRequest, HandshakeResult } from '../tls/handshake-request.ts'
import { foreignProtocol, isTlsRecord } from '../wire/foreign-protocol.ts'
import { sslRequest } from '../wire/frontend-messages.ts'
import type { Channel } from './channel.ts'

/**
 * Asks the server for TLS and performs the handshake (PostgreSQL documentation, "SSL Session Encryption").
 *
 * @throws {@link TlsError} `TLS_NOT_OFFERED` on the answer N, after which the connection can be used for plaintext.
 */
export async function negotiateTls(
  channel: Channel,
  offer: HandshakeRequest,
  negotiation: 'postgres' | 'direct',
  enter: (phase: Phase) => void,
  advice = BESIDE_A_PROXY,
): Promise<HandshakeResult> {
  const where = `${offer.host}:${offer.port}`
  if (negotiation === 'postgres') {
    enter('negotiation')
    channel.send(sslRequest())
    const answer = await channel.receive()
    const protocol = foreignProtocol(answer)
    if (protocol) {
      throw new ConnectError('PROTOCOL', `${where} speaks ${protocol}, not PostgreSQL; check host and port`)
    }
    if (isTlsRecord(answer)) {
      throw new ConnectError(
        'PROTOCOL',
        `${where} answered the request for TLS with a TLS record: it expects TLS from the first byte; use sslnegotiation=direct for PostgreSQL 17 or newer, or check host and port`,
      )
    }
    // Further bytes would be read as if they had arrived encrypted: an attacker may have sent them (CVE-2021-23222).
    if (answer.length > 1 && isAnswer(answer)) {
      throw new TlsError(
        'TLS_INJECTION',
        `${where} sent unencrypted data after its answer to the request for TLS; it may be a man in the middle`,
      )
    }
    const word = answer.toString('latin1')
    if (word === 'N') {
      throw new TlsError(
        'TLS_NOT_OFFERED',
        `${where} does not support TLS; turn it on at the server (ssl=on); ${advice}`,
      )
    }
    if (word.startsWith('E')) {
      // It comes from an unverified peer: it is not read (CVE-2024-10977).
      throw new ConnectError(
        'SERVER_FAILURE',
        `${where} answered the request for TLS with an error message, which is not shown because its sender is not verified; the log of the server has it`,
      )
    }
    if (word !== 'S') {
      throw new ConnectError(
        'PROTOCOL',
        `${where} answered the request for TLS with something that is neither S nor N; it may be no PostgreSQL server`,
      )
    }
  }
  enter('handshake')
  return await channel.secure(offer)
}

/** True for bytes that begin with `S` or `N`. */
function isAnswer(bytes: Buffer): boolean {
  return bytes[0] === 0x53 || bytes[0] === 0x4e
}

const BESIDE_A_PROXY =
  'to a proxy on this machine that does TLS itself, connect with sslmode=disable and plaintext-loopback allowed'

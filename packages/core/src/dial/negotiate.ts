import { ConnectError } from '../errors/connect-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { TlsFacts, TlsOffer } from '../tls/offer.ts'
import { sslRequest } from '../wire/frontend.ts'
import type { Channel } from './channel.ts'

/** How far an attempt came; what may be tried after a failure depends on it. */
export type Phase = 'credentials' | 'connect' | 'negotiation' | 'handshake' | 'authentication' | 'session'

/**
 * Asks the server for TLS and performs the handshake (PostgreSQL documentation, "SSL Session Encryption").
 *
 * @throws {@link TlsError} `TLS_NOT_OFFERED` on the answer N: the connection is still good for plaintext.
 */
export async function negotiateTls(
  channel: Channel,
  offer: TlsOffer,
  negotiation: 'postgres' | 'direct',
  enter: (phase: Phase) => void,
): Promise<TlsFacts> {
  const where = `${offer.host}:${offer.port}`
  if (negotiation === 'postgres') {
    enter('negotiation')
    channel.send(sslRequest())
    const answer = await channel.receive()
    // More than the one byte is what an attacker would put there to be read as if it had come encrypted (CVE-2021-23222).
    if (answer.length > 1) {
      throw new TlsError(
        'TLS_INJECTION',
        `${where} sent unencrypted data after its answer to the request for TLS; it may be a man in the middle`,
      )
    }
    const word = answer.toString('latin1')
    if (word === 'N') {
      throw new TlsError(
        'TLS_NOT_OFFERED',
        `${where} does not support TLS; turn it on at the server (ssl=on); to a proxy on this machine that does TLS itself, connect with sslmode=disable and plaintext-loopback allowed`,
      )
    }
    if (word !== 'S') {
      // An ErrorResponse here comes from nobody we know: it is not read (CVE-2024-10977).
      throw new ConnectError(
        'PROTOCOL',
        `${where} answered the request for TLS with something that is neither S nor N; it may be no PostgreSQL server`,
      )
    }
  }
  enter('handshake')
  return await channel.secure(offer)
}

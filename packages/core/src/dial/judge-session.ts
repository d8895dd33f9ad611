import type { Duplex } from 'node:stream'
import { terminate } from '../wire/frontend-messages.ts'
import type { Dialed } from './dialed.ts'
import { endpointFacts } from './endpoint-facts.ts'
import { chainFlaws, noticesIn, sessionFacts } from './session-facts.ts'

/**
 * Holds a new session against the rules of the policy that need only its own facts and those of its path: no message is
 * sent for it. A session like one that was accepted before is not judged again.
 *
 * @throws {@link PolicyError} with every refusal, after the session was ended.
 */
export function judgeSession(dialed: Dialed): void {
  try {
    dialed.profile.judgeSession(likeness(dialed), () => ({
      session: sessionFacts(dialed),
      certificates: chainFlaws(dialed, new Date()),
      endpoint: endpointFacts(dialed, undefined, undefined),
    }))
  } catch (error) {
    endSession(dialed.socket)
    throw error
  }
}

/** Every fact that rules judge, as one text. */
function likeness({ attestation, replay }: Dialed): string {
  const { host, address, port, user, authentication, tls } = attestation
  const secured = tls && [
    tls.protocol,
    tls.cipher,
    tls.group,
    tls.verification,
    tls.clientCertificate,
    tls.peerCertificate.fingerprint256,
  ]
  const login = [authentication.method, authentication.channelBound]
  return JSON.stringify([host, address, port, user, login, secured, noticesIn(replay)])
}

/** Time in which a server closes its side, in milliseconds; then the socket is destroyed. */
const CLOSING_MS = 1000

/** Ends a session that no driver uses, as libpq does: Terminate, and the end of the stream. */
export function endSession(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), CLOSING_MS).unref()
  socket.on('error', () => {}).on('close', () => clearTimeout(timer))
  socket.on('end', () => socket.destroy()).resume()
  socket.end(terminate())
}

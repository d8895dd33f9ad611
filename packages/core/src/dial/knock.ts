import { sslRequest } from '../wire/frontend-messages.ts'
import type { Network } from './channel.ts'
import type { Dialed } from './dialed.ts'
import { endpointAt } from './endpoint-at.ts'
import { network } from './network.ts'
import { openChannel } from './open-channel.ts'
import { secureChannel } from './secure-channel.ts'

/**
 * Outcome of a connection to the address of a session: its server answers, its host takes the connection but nothing answers
 * there, or nothing of the host is heard.
 */
export type Knock = 'answers' | 'mute' | 'unreachable'

/** Codes with which a system reports that nothing of a host is heard. */
const UNREACHABLE: readonly unknown[] = ['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN']

/**
 * Connects to the address of a session, without a login, up to the end of its TLS handshake.
 *
 * A server that refuses the connection or cannot be verified answers: its host is there. Never rejects.
 *
 * @param signal Ends the wait for an answer.
 */
export async function knock(
  { profile, attestation }: Pick<Dialed, 'profile' | 'attestation'>,
  signal: AbortSignal,
  through: Network = network,
): Promise<Knock> {
  const { host, address, port, tls } = attestation
  const endpoint = endpointAt(profile, { host, port })
  if (!endpoint) return 'answers'
  // TLS material that is late says nothing about the server.
  let whenLate: Knock = 'answers'
  try {
    const material = await profile.tlsFor(endpoint)?.ready(signal)
    whenLate = 'unreachable'
    const channel = await openChannel(profile, { endpoint, address }, through, signal)
    whenLate = 'mute'
    try {
      if (tls) {
        const target = { profile, network: through, endpoint, address, tls: material }
        await secureChannel(channel, { kind: 'tls', verification: tls.verification }, target, () => {})
      } else {
        channel.send(sslRequest())
        await channel.receive()
      }
    } finally {
      channel.destroy()
    }
    return 'answers'
  } catch (error) {
    if (signal.aborted) return whenLate
    return UNREACHABLE.includes((error as NodeJS.ErrnoException).code) ? 'unreachable' : 'answers'
  }
}

import { wrongArgument } from '../errors/argument.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { checkedProfile } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { withDeadline } from '../time/deadline.ts'
import { cancelRequest } from '../wire/frontend-messages.ts'
import type { Network } from './channel.ts'
import type { Dialed } from './dialed.ts'
import { endpointAt } from './endpoint-at.ts'
import { network } from './network.ts'
import { openChannel } from './open-channel.ts'
import { secureChannel } from './secure-channel.ts'

/**
 * Requests that the server cancel the running statement of the session `dialed`.
 *
 * The request goes to the same address over a connection of its own, encrypted and verified as the session is
 * (libpq's `PQcancelBlocking`), because it carries the session's secret key. The server never reports the result.
 *
 * @throws {@link ConnectError} if the server cannot be reached, `ETIMEDOUT` when the deadline is over, `PROTOCOL` if the session
 *   has no key to cancel with or is of another profile.
 * @throws {@link TlsError} `TLS_…` if the server cannot be verified.
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example' } })
 * const dialed = await dial(profile)
 * await cancel(profile, dialed)
 * dialed.socket.destroy()
 */
export async function cancel(
  profile: Profile,
  dialed: Pick<Dialed, 'attestation' | 'backendKey'>,
  signal?: AbortSignal,
  through: Network = network,
): Promise<void> {
  checkedProfile(profile, 'cancel')
  if (!dialed?.attestation) throw wrongArgument('cancel', 'dialed', 'must be what dial() gives')
  const { attestation, backendKey } = dialed
  if (!backendKey) throw new ConnectError('PROTOCOL', 'the server gave this session no key to cancel it with')
  const { host, address, port, tls } = attestation
  const endpoint = endpointAt(profile, { host, port })
  if (!endpoint) throw new ConnectError('PROTOCOL', `${host}:${port} is no host of this profile`)
  const late = () => new ConnectError('ETIMEDOUT', `timeout expired: ${host}:${port} did not take the cancel request`)
  await withDeadline(profile.deadlineMs, late, signal, async (bounded) => {
    const channel = await openChannel(profile, { endpoint, address }, through, bounded)
    try {
      if (tls) {
        const target = {
          profile,
          network: through,
          endpoint,
          address,
          tls: await profile.tlsFor(endpoint)?.ready(bounded),
        }
        await secureChannel(channel, { kind: 'tls', verification: tls.verification }, target, () => {})
      }
      channel.send(cancelRequest(backendKey.processId, backendKey.secretKey))
      await closed(() => channel.receive(), bounded)
    } finally {
      channel.destroy()
    }
  })
}

/** Waits until the server closes the connection: it does so once it has read the request. */
async function closed(receive: () => Promise<Buffer>, signal: AbortSignal): Promise<void> {
  try {
    for (;;) await receive()
  } catch {
    signal.throwIfAborted()
  }
}

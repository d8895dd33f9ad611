import { checkedProfile } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import type { Network } from './channel.ts'
import { dialAny } from './dial-any.ts'
import { network } from './network.ts'
import type { Dialed } from './search.ts'

/**
 * Establishes one connection as `profile` says and gives the authenticated socket.
 *
 * Hosts, addresses and the attempts of the mode are tried in libpq's order; everything ends by
 * {@link Profile.deadlineMs}, ten seconds by default, and no socket is left behind by a failure.
 *
 * @param startup Run-time parameters that the driver wants in the startup message; `user` and `database` are the profile's.
 * @param signal Aborts the search at any step; the promise rejects with its reason.
 * @throws {@link ConnectError}, {@link TlsError}, {@link ServerError}, {@link AuthenticationError}, {@link CredentialsError}
 *
 * @example
 * const { profile } = resolveProfile({ settings: { host: 'db.example' } })
 * const { socket, replay, attestation } = await dial(profile)
 * console.log(attestation.tls?.protocol) // TLSv1.3
 * socket.destroy()
 */
export async function dial(
  profile: Profile,
  startup: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  through: Network = network,
): Promise<Dialed> {
  return await dialAny([checkedProfile(profile, 'dial')], startup, signal, through)
}

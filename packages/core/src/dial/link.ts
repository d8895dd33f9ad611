import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { isLoopback } from '../addresses/loopback.ts'
import { isShared } from '../addresses/socket-path.ts'
import type { Link } from '../auth/authenticate.ts'
import type { Profile } from '../profile/profile.ts'
import { endpointBinding } from '../x509/signature-algorithm.ts'
import type { Channel } from './channel.ts'
import type { Secured } from './secure-channel.ts'

/** Facts about a connection that decide in which forms the password may be sent. */
export function linkOf(
  channel: Channel,
  { profile, endpoint }: { readonly profile: Profile; readonly endpoint: KnownEndpoint },
  secured: Secured | undefined,
): Link {
  return {
    encrypted: secured !== undefined,
    local: channel.local ? !isTunnel(endpoint) : channel.isPrivate === true && trustsPrivateNetworks(profile),
    ...sharedSocket(profile, endpoint),
    verification: secured?.verification ?? 'none',
    endpointBinding: secured && endpointBinding(secured.peer.certificate.raw),
  }
}

/** With `requirepeer` the owner of the socket is known; a path that cannot be inspected counts as shared. */
function sharedSocket({ requirepeer }: Profile, endpoint: KnownEndpoint): Pick<Link, 'isShared'> {
  if (endpoint.kind !== 'socket' || requirepeer) return {}
  return { isShared: () => isShared(endpoint.path) ?? true }
}

/** In development and test, if a weaker mode was chosen, a private network counts as this machine. */
function trustsPrivateNetworks({ plaintext, authentication }: Profile): boolean {
  return plaintext !== 'loopback' && authentication.exposedPassword === 'encrypted'
}

/** A name that is dialed on loopback is the near end of a tunnel: the bytes leave the machine. */
function isTunnel(endpoint: KnownEndpoint): boolean {
  return endpoint.kind === 'tcp' && endpoint.address !== undefined && !isLoopback(endpoint.host)
}

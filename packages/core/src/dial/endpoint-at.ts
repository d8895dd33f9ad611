import { type KnownEndpoint, locate } from '../addresses/endpoint.ts'
import type { Profile } from '../profile/profile.ts'

/** The endpoint of the profile with this host. A host that a secret named is accepted: the secret may name another by now. */
export function endpointAt(
  { endpoints }: Profile,
  { host, port }: Pick<KnownEndpoint, 'host' | 'port'>,
): KnownEndpoint | undefined {
  for (const endpoint of endpoints) {
    if (endpoint.kind === 'in-secret') return locate(endpoint, { host, port })
    if (endpoint.host === host && endpoint.port === port) return endpoint
  }
  return undefined
}

import { isLoopbackAddress } from '../addresses/loopback.ts'
import type { Endpoints } from '../endpoints/endpoints.ts'
import type { Profile } from '../profile/profile.ts'
import { ANSWERED } from './transient.ts'

/** A server as an attempt names it. */
export interface TriedServer {
  readonly host: string
  readonly port: number
  /** IP address or path of the socket; undefined if the name could not be resolved. */
  readonly address?: string
  /** Code of the failure, after an attempt. */
  readonly code?: string
}

/**
 * True if a connection waits for a server that is away.
 *
 * A failover has an end; a wrong port of a developer's machine has none and is told at once. So a server on this machine
 * counts only if it answered, or if it or another host of the profile has accepted a connection.
 */
export function waitsFor(
  profile: Profile,
  endpoints: Endpoints,
  { host, port, address = '', code }: TriedServer,
): boolean {
  if (profile.failoverTimeoutMs === 0) return false
  // A socket's path begins with a slash, and one of an abstract socket with a NUL.
  if (!isLoopbackAddress(address) && !/^[/\0]/.test(address)) return true
  const isKnown = profile.endpoints.some((endpoint) => endpoint.kind !== 'in-secret' && endpoints.isKnown(endpoint))
  const latest = [code, endpoints.at({ host, port }, address).failure?.code]
  return isKnown || endpoints.isKnown({ host, port }) || latest.some((one) => ANSWERED.includes(one ?? ''))
}

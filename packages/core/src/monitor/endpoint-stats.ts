import { network } from '../dial/network.ts'
import { type EndpointAt, endpointsOf } from '../endpoints/endpoints.ts'
import type { NamedSession } from '../endpoints/named-sessions.ts'
import type { EndpointStats } from '../events/stats.ts'
import type { Profile } from '../profile/profile.ts'

/** A server at one address, by one of its names. */
export interface NamedEndpoint extends EndpointAt {
  readonly named: NamedSession
}

/** Returns the servers of these profiles, as far as connections were tried to them, by whichever pool. Default: all of this process. */
export function namedEndpoints(profiles?: readonly Profile[]): readonly NamedEndpoint[] {
  return endpointsOf(network)
    .all.flatMap((at) => at.state.sessions.all.map((named) => ({ ...at, named })))
    .filter((one) => !profiles || profiles.some((profile) => isOf(profile, one)))
}

/** True for a server that a profile names, or that its secret has named. */
function isOf({ lifetime, endpoints }: Profile, { named: { host, owners }, port }: NamedEndpoint): boolean {
  return (
    owners.has(lifetime) || endpoints.some((one) => one.kind !== 'in-secret' && one.host === host && one.port === port)
  )
}

/** Returns the facts of a server. */
export function endpointStats({ address, port, state, named }: NamedEndpoint): EndpointStats {
  const { host, open, plaintext, latest } = named
  const { protocol, cipher, group, verification } = latest?.tls ?? {}
  return {
    host,
    port,
    address,
    breaker: state.status,
    failure: state.failure?.code,
    isStandby: state.role?.isStandby,
    isReadOnly: state.role?.isReadOnly,
    lagMs: state.lagMs,
    sessions: open,
    plaintextSessions: plaintext,
    connectedAt: latest?.establishedAt,
    tls: protocol && cipher && verification ? { protocol, cipher, group, verification } : undefined,
    authentication: latest?.authentication.method,
    channelBound: latest?.authentication.channelBound,
    serverVersion: latest?.serverVersion,
  }
}

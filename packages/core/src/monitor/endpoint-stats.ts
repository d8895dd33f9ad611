import { network } from '../dial/network.ts'
import { type EndpointAt, endpointsOf } from '../endpoints/endpoints.ts'
import type { NamedSession } from '../endpoints/named-sessions.ts'
import type { EndpointStats } from '../events/stats.ts'
import type { Profile } from '../profile/profile.ts'

/** A server at one address, by one of its names. */
export interface NamedEndpoint extends EndpointAt {
  readonly named: NamedSession
}

/** Returns the servers that connections of these profiles were tried to. Default: all of this process. */
export function namedEndpoints(profiles?: readonly Profile[]): readonly NamedEndpoint[] {
  return endpointsOf(network)
    .all.flatMap((at) => at.state.sessions.all.map((named) => ({ ...at, named })))
    .filter(({ named }) => !profiles || profiles.some(({ lifetime }) => named.owners.has(lifetime)))
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

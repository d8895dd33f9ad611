import { network } from '../dial/network.ts'
import { type EndpointAt, endpointsOf } from '../endpoints/endpoints.ts'
import type { EndpointStats } from '../events/stats.ts'
import type { Profile } from '../profile/profile.ts'

/** Returns the servers of these profiles, as far as connections were tried to them, by whichever pool. Default: all of this process. */
export function triedEndpoints(profiles?: readonly Profile[]): readonly EndpointAt[] {
  return endpointsOf(network).all.filter(
    (one) => one.state.sessions.isTried && (!profiles || profiles.some((profile) => isOf(profile, one))),
  )
}

/** True for a server that a profile names, or that its secret has named. */
function isOf({ lifetime, endpoints }: Profile, { host, port, state }: EndpointAt): boolean {
  return (
    state.sessions.isTriedBy(lifetime) ||
    endpoints.some((one) => one.kind !== 'in-secret' && one.host === host && one.port === port)
  )
}

/** Returns the facts of a server. */
export function endpointStats({ host, port, address, state }: EndpointAt): EndpointStats {
  const { open, plaintext, latest } = state.sessions
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

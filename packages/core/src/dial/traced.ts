import { hostAndPort } from '../addresses/endpoint.ts'
import { reportedFailure } from '../credentials/foreign-error.ts'
import { type ConnectedServer, type ConnectTrace, isTraced, trace } from '../events/traces.ts'
import type { Profile } from '../profile/profile.ts'
import { inspectCertificate } from '../x509/certificate.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Attestation } from './attestation.ts'
import type { Dialed } from './dialed.ts'
import { PhaseTimings } from './phase-timings.ts'

/** Makes a connection, and tells those who follow `verifull:connect` of it. */
export function traced(
  [profile]: readonly Profile[],
  log: AttemptLog,
  connect: () => Promise<Dialed>,
): Promise<Dialed> {
  if (!isTraced('verifull:connect')) return connect()
  const timings = new PhaseTimings()
  log.timings = timings
  const [first] = profile?.endpoints ?? []
  const { host, port } = first && first.kind !== 'in-secret' ? hostAndPort(first) : {}
  const context: ConnectTrace = {
    serverAddress: host,
    serverPort: port,
    database: profile?.database,
    user: profile?.user,
    phases: timings.all,
    attempts: log.failures,
  }
  return trace('verifull:connect', context, connect, {
    succeeded({ attestation }) {
      timings.end()
      context.serverAddress = attestation.host
      context.serverPort = attestation.port
      context.user = attestation.user
      context.result = connectedServer(attestation)
    },
    failed(error) {
      timings.end()
      return reportedFailure(error)
    },
  })
}

/** Returns the plain data of an attestation. */
function connectedServer({ tls, authentication, ...facts }: Attestation): ConnectedServer {
  const { host, address, port, user, encrypted, serverVersion } = facts
  const { method, channelBound } = authentication
  return {
    host,
    address,
    port,
    user,
    encrypted,
    tls: tls && connectedTls(tls),
    authentication: method,
    channelBound,
    serverVersion,
  }
}

function connectedTls({ peerCertificate, ...tls }: NonNullable<Attestation['tls']>): ConnectedServer['tls'] {
  const certificate = inspectCertificate(peerCertificate)
  if (!certificate) return undefined
  const { protocol, cipher, group, alpn, verification, clientCertificate } = tls
  const { subject, issuer, fingerprint256, validFrom, validTo } = certificate
  return {
    protocol,
    cipher,
    group,
    alpn,
    verification,
    certificate: { subject, issuer, fingerprint256, validFrom, validTo },
    clientCertificate,
  }
}

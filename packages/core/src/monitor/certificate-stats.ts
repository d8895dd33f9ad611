import type { EndpointAt } from '../endpoints/endpoints.ts'
import type { PublishedCertificate } from '../events/certificate.ts'
import type { CertificateStats } from '../events/stats.ts'
import type { Profile } from '../profile/profile.ts'
import type { TlsSnapshot } from '../tls/material.ts'
import { daysLeft, isExpiring } from '../x509/certificate.ts'

/** Time for which the certificates of a session that has ended are listed, in ms. */
const LISTED_MS = 86_400_000
/** Most roots of one source that are listed: bundles have hundreds, most of which no server needs. */
const MOST_ROOTS = 16

type Found = Pick<CertificateStats, 'of' | 'source'> & { readonly certificate: PublishedCertificate }

/**
 * Returns the certificates that connections depend on: those of the servers, as the latest session of each saw them, the
 * client's, and the roots of a file. One that comes from several places is listed once, by the first.
 */
export function certificateStats(
  endpoints: readonly EndpointAt[],
  profiles: readonly Profile[],
  now: Date,
): readonly CertificateStats[] {
  const found = [...endpoints.flatMap(ofServer), ...materialsOf(profiles, endpoints).flatMap(ofMaterial)]
  const listed = new Map<string, CertificateStats>()
  for (const { of, source, certificate } of found) {
    const { subject, issuer, fingerprint256, validFrom, validTo } = certificate
    const key = of === 'ca' ? fingerprint256 : `${of} ${source} ${fingerprint256}`
    const facts = { subject, issuer, fingerprint256, validFrom, validTo }
    const end = { daysLeft: daysLeft(facts, now), isExpiring: isExpiring(facts, now) }
    if (!listed.has(key)) listed.set(key, { of, source, ...facts, ...end })
  }
  return [...listed.values()]
}

function ofServer({ host, port, state }: EndpointAt): readonly Found[] {
  const { peer, open, latest } = state.sessions
  const source = `${host}:${port}`
  if (open === 0 && Date.now() - (latest?.establishedAt.getTime() ?? 0) > LISTED_MS) return []
  return (peer?.chain ?? []).map((certificate, index) => ({ of: index === 0 ? 'server' : 'ca', source, certificate }))
}

function ofMaterial({ roots, clientCertificate }: TlsSnapshot): readonly Found[] {
  const isListed = (roots.kind === 'file' || roots.kind === 'inline') && roots.certificates.length <= MOST_ROOTS
  const { source = '', certificate, intermediates = [] } = clientCertificate ?? {}
  return [
    ...(certificate ? [{ of: 'client' as const, source, certificate }] : []),
    ...intermediates.map((one) => ({ of: 'ca' as const, source, certificate: one })),
    ...(isListed
      ? roots.certificates.map((one) => ({ of: 'ca' as const, source: roots.source, certificate: one }))
      : []),
  ]
}

/** The TLS material in use, each once. */
export function materialsOf(profiles: readonly Profile[], endpoints: readonly EndpointAt[]): readonly TlsSnapshot[] {
  const snapshots = profiles.flatMap((profile) => {
    const configured = profile.endpoints.filter((one) => one.kind !== 'in-secret')
    const dialed = endpoints
      .filter(({ state: { sessions } }) => sessions.peer && sessions.isTriedBy(profile.lifetime))
      .map(({ host }) => ({ kind: 'tcp' as const, host }))
    return [...configured, ...dialed].flatMap((endpoint) => profile.tlsFor(endpoint)?.last ?? [])
  })
  return [...new Set(snapshots)]
}

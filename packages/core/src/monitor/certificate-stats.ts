import type { CertificateStats } from '../events/stats.ts'
import type { PublishedCertificate } from '../events/tls.ts'
import type { Profile } from '../profile/profile.ts'
import type { TlsSnapshot } from '../tls/material.ts'
import { daysLeft } from '../x509/certificate.ts'
import type { NamedEndpoint } from './endpoint-stats.ts'

/** Most roots of one source that are listed: bundles have hundreds, most of which no server needs. */
const MOST_ROOTS = 16

type Found = Pick<CertificateStats, 'of' | 'source'> & { readonly certificate: PublishedCertificate }

/**
 * Returns the certificates that connections depend on: those of the servers, as the latest session of each saw them, the
 * client's, and the roots of a file. One that comes from several places is listed once, by the first.
 */
export function certificateStats(
  endpoints: readonly NamedEndpoint[],
  profiles: readonly Profile[],
  now: Date,
): readonly CertificateStats[] {
  const found = [...endpoints.flatMap(ofServer), ...materialsOf(profiles, endpoints).flatMap(ofMaterial)]
  const listed = new Map<string, CertificateStats>()
  for (const { of, source, certificate } of found) {
    const { subject, issuer, fingerprint256, validFrom, validTo } = certificate
    const key = of === 'ca' ? fingerprint256 : `${of} ${source} ${fingerprint256}`
    const facts = { subject, issuer, fingerprint256, validFrom, validTo, daysLeft: daysLeft({ validTo }, now) }
    if (!listed.has(key)) listed.set(key, { of, source, ...facts })
  }
  return [...listed.values()]
}

function ofServer({ port, named: { host, peer } }: NamedEndpoint): readonly Found[] {
  const source = `${host}:${port}`
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
function materialsOf(profiles: readonly Profile[], endpoints: readonly NamedEndpoint[]): readonly TlsSnapshot[] {
  const snapshots = profiles.flatMap((profile) => {
    const configured = profile.endpoints.filter((one) => one.kind !== 'in-secret')
    const dialed = endpoints
      .filter(({ named }) => named.peer && named.owners.has(profile.lifetime))
      .map(({ named: { host } }) => ({ kind: 'tcp' as const, host }))
    return [...configured, ...dialed].flatMap((endpoint) => profile.tlsFor(endpoint)?.last ?? [])
  })
  return [...new Set(snapshots)]
}

import type { Attributes } from '@opentelemetry/api'
import type { CertificateStats, CredentialsStats, EndpointStats, PoolStats, Stats } from '@verifull/core'
import { attributes } from './attributes.ts'
import { METRICS, type MetricWith } from './metrics.ts'

/** The value of a metric at one moment. */
export interface Observation {
  readonly metric: MetricWith<'gauge' | 'updowncounter'>
  readonly value: number
  readonly attributes: Attributes
}

/** Values by their series. */
export type Series = ReadonlyMap<string, Observation>

const BREAKER_STATES = ['closed', 'half-open', 'open'] as const
const SECOND_MS = 1000

/**
 * Returns the values of all metrics that are observed, by their series; what has ended has none. The addresses of a name are one
 * series: they change with DNS.
 */
export function observationsOf({ at, pools, endpoints, credentials, certificates }: Stats): Series {
  const series = new Map<string, Observation>()
  const all = [
    ...pools.flatMap(ofPool),
    ...endpoints.flatMap(ofEndpoint),
    ...credentials.flatMap((secret) => ofCredential(secret, at)),
    ...certificates.map((certificate) => ofCertificate(certificate, at)),
  ]
  for (const one of all) {
    const key = `${one.metric} ${JSON.stringify(one.attributes)}`
    const other = series.get(key)
    series.set(key, other ? { ...one, value: together(one.metric, one.value, other.value) } : one)
  }
  return series
}

/** Returns the value of two things that have one series: the sum, or for a gauge the worse one. */
function together(metric: Observation['metric'], one: number, other: number): number {
  if (METRICS[metric].instrument === 'updowncounter') return one + other
  return metric === 'verifull.certificate.remaining' ? Math.min(one, other) : Math.max(one, other)
}

function ofPool({ name, min, counts: { idle, active, waiting, max } }: PoolStats): readonly Observation[] {
  const pool = { 'db.client.connection.pool.name': name }
  const inState = (value: number, state: 'idle' | 'used'): Observation => ({
    metric: 'db.client.connection.count',
    value,
    attributes: { ...pool, 'db.client.connection.state': state },
  })
  return [
    inState(idle, 'idle'),
    inState(active, 'used'),
    // No library limits idle connections apart from all.
    { metric: 'db.client.connection.idle.max', value: max, attributes: pool },
    { metric: 'db.client.connection.idle.min', value: min, attributes: pool },
    { metric: 'db.client.connection.max', value: max, attributes: pool },
    { metric: 'db.client.connection.pending_requests', value: waiting, attributes: pool },
  ]
}

function ofEndpoint(endpoint: EndpointStats): readonly Observation[] {
  const { host, port, breaker, lagMs, sessions, plaintextSessions, tls } = endpoint
  const server = { 'server.address': host, 'server.port': port }
  const encrypted = attributes({
    ...server,
    'tls.established': true,
    'tls.protocol.version': tls && versionOf(tls.protocol),
    'tls.curve': tls?.group,
    'verifull.tls.verification': tls?.verification,
  })
  const plaintext = { ...server, 'tls.established': false }
  return [
    { metric: 'verifull.connection.open', value: sessions - plaintextSessions, attributes: encrypted },
    { metric: 'verifull.connection.open', value: plaintextSessions, attributes: plaintext },
    ...BREAKER_STATES.map(
      (state): Observation => ({
        metric: 'verifull.breaker.state',
        value: state === breaker ? 1 : 0,
        attributes: { ...server, 'verifull.breaker.state': state },
      }),
    ),
    ...(lagMs === undefined
      ? []
      : [{ metric: 'verifull.replica.lag', value: lagMs / SECOND_MS, attributes: server } as const]),
  ]
}

function ofCredential(secret: CredentialsStats, at: Date): readonly Observation[] {
  const { source, endpoint, generation, ageMs, expiresAt, isStale } = secret
  const of = attributes({
    'verifull.credential.source': source,
    'server.address': endpoint?.host,
    'server.port': endpoint?.port,
  })
  const lagMs = isStale && expiresAt ? Math.max(0, at.getTime() - expiresAt.getTime()) : 0
  return [
    ...(ageMs === undefined
      ? []
      : [{ metric: 'verifull.credential.age', value: ageMs / SECOND_MS, attributes: of } as const]),
    { metric: 'verifull.credential.generation', value: generation, attributes: of },
    { metric: 'verifull.credential.rotation_lag', value: lagMs / SECOND_MS, attributes: of },
  ]
}

function ofCertificate({ of, source, subject, validTo }: CertificateStats, at: Date): Observation {
  return {
    metric: 'verifull.certificate.remaining',
    value: (validTo.getTime() - at.getTime()) / SECOND_MS,
    attributes: {
      'verifull.certificate.usage': of,
      'verifull.certificate.source': source,
      'verifull.certificate.subject': subject,
    },
  }
}

/** `1.3` of `TLSv1.3`. */
export function versionOf(protocol: string): string {
  return protocol.replace(/^TLSv/, '')
}

import type { Finding, RuleFinding } from '../errors/finding.ts'
import type { PublishedCertificate } from './certificate.ts'
import type { CertificateStats } from './stats.ts'

/** An event on the diagnostics channel `verifull:tls`: plain data, without keys or secure contexts. */
export type TlsEvent = TlsReloaded | TlsReloadFailed | TlsFindings | CertificateExpiring

/** The TLS material that an event is about. */
export interface TlsOrigin {
  /** The material in use. */
  readonly version: TlsVersionFacts
}

/** Changed files, or other material of a `tls` provider, are in use from now on. */
export interface TlsReloaded extends TlsOrigin {
  readonly kind: 'reloaded'
}

/**
 * New material cannot be used, or the provider failed. The last good one stays in use; where a default file appears that is
 * damaged, connections are refused.
 */
export interface TlsReloadFailed extends TlsOrigin {
  readonly kind: 'reload-failed'
  readonly problems: readonly Finding[]
}

/** The policy warns of certificates of a `tls` provider. */
export interface TlsFindings extends TlsOrigin {
  readonly kind: 'findings'
  readonly findings: readonly RuleFinding[]
}

/** A certificate that connections depend on should have been renewed ({@link CertificateStats.isExpiring}); once a day. */
export interface CertificateExpiring {
  readonly kind: 'expiring'
  readonly certificate: CertificateStats
}

/** TLS material as plain data. */
export interface TlsVersionFacts {
  /** Number of the load, from 1. */
  readonly version: number
  /** Kind and source of the trusted roots. */
  readonly roots: { readonly kind: RootsKind; readonly source: string }
  /** Source and facts of the client certificate; undefined without one. */
  readonly clientCertificate: ({ readonly source: string } & PublishedCertificate) | undefined
  /** Source of the revocation lists. */
  readonly crl: { readonly source: string } | undefined
}

/** The kind of source of the trusted roots. */
export type RootsKind = 'file' | 'inline' | 'aws-rds' | 'system' | 'none'

import type { Finding, RuleFinding } from '../errors/finding.ts'
import { publish } from './channels.ts'
import type { CertificateStats } from './stats.ts'
import { type WarningSetting, warn } from './warnings.ts'

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

/** A certificate as plain data. */
export interface PublishedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly fingerprint256: string
  readonly validFrom: Date
  readonly validTo: Date
}

/** The properties of TLS material that an event copies; the material has others, such as a secure context. */
interface Described extends Omit<TlsVersionFacts, 'clientCertificate'> {
  readonly clientCertificate: { readonly source: string; readonly certificate: PublishedCertificate } | undefined
}

type Unpublished<Event> = Event extends TlsOrigin ? Omit<Event, 'version'> & { readonly version: Described } : never

/** Sends an event with a copy of the material's facts. */
export function tellTls(event: Unpublished<TlsEvent>): void {
  publish('verifull:tls', { ...event, version: factsOf(event.version) })
}

function factsOf({ version, roots, clientCertificate, crl }: Described): TlsVersionFacts {
  return {
    version,
    roots: { kind: roots.kind, source: roots.source },
    clientCertificate: clientCertificate && certificateFacts(clientCertificate),
    crl: crl && { source: crl.source },
  }
}

function certificateFacts({
  source,
  certificate,
}: NonNullable<Described['clientCertificate']>): TlsVersionFacts['clientCertificate'] {
  const { subject, issuer, fingerprint256, validFrom, validTo } = certificate
  return { source, subject, issuer, fingerprint256, validFrom: new Date(validFrom), validTo: new Date(validTo) }
}

/** Warns on stderr that new material is bad. */
export function warnOfReload(what: string, why: string, setting: WarningSetting): void {
  warn('VERIFULL_TLS_RELOAD', `new TLS ${what} not used, the last good ones stay in use: ${why}`, setting)
}

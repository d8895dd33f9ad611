import diagnostics from 'node:diagnostics_channel'
import type { Finding, RuleFinding } from '../errors/finding.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type WarningSetting, warn } from './warnings.ts'

/** An event on the diagnostics channel `verifull:tls`: plain data, without keys or secure contexts. */
export type TlsEvent =
  | { readonly kind: 'reloaded'; readonly version: TlsVersionFacts }
  /** New material is bad; the last good one stays in use. */
  | { readonly kind: 'reload-failed'; readonly version: TlsVersionFacts; readonly problems: readonly Finding[] }
  /** Findings about a provider's certificates that the policy did not refuse. */
  | { readonly kind: 'findings'; readonly version: TlsVersionFacts; readonly findings: readonly RuleFinding[] }

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

type PublishedCertificate = Pick<CertificateFacts, 'subject' | 'issuer' | 'fingerprint256' | 'validFrom' | 'validTo'>

/** The properties of TLS material that an event copies; the material has others, such as a secure context. */
interface Described extends Omit<TlsVersionFacts, 'clientCertificate'> {
  readonly clientCertificate: { readonly source: string; readonly certificate: PublishedCertificate } | undefined
}

type Unpublished<Event> = Event extends TlsEvent ? Omit<Event, 'version'> & { readonly version: Described } : never

const channel = diagnostics.channel('verifull:tls')

export function publish(event: Unpublished<TlsEvent>): void {
  if (channel.hasSubscribers) channel.publish({ ...event, version: factsOf(event.version) })
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

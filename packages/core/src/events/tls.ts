import diagnostics from 'node:diagnostics_channel'
import type { Finding, RuleFinding } from '../errors/finding.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type WarningSetting, warn } from './warnings.ts'

/** Published on the diagnostics channel `verifull:tls`: plain data, which leads to no key and no secure context. */
export type TlsEvent =
  | { readonly kind: 'reloaded'; readonly version: TlsVersionFacts }
  /** The last good version stays in use. */
  | { readonly kind: 'reload-failed'; readonly version: TlsVersionFacts; readonly problems: readonly Finding[] }
  /** What the policy has to say of a provider's certificates and did not refuse. */
  | { readonly kind: 'findings'; readonly version: TlsVersionFacts; readonly findings: readonly RuleFinding[] }

/** What an event says of TLS material. */
export interface TlsVersionFacts {
  /** Counts the reloads, from 1. */
  readonly version: number
  readonly roots: { readonly kind: RootsKind; readonly source: string }
  readonly clientCertificate: ({ readonly source: string } & PublishedCertificate) | undefined
  /** Where the revocation lists come from. */
  readonly crl: { readonly source: string } | undefined
}

/** Where trusted roots come from. */
export type RootsKind = 'file' | 'inline' | 'aws-rds' | 'system' | 'none'

type PublishedCertificate = Pick<CertificateFacts, 'subject' | 'issuer' | 'fingerprint256' | 'validFrom' | 'validTo'>

/** The properties of TLS material that an event copies; material has others, such as a secure context. */
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

/** Says on stderr that new material is bad. */
export function warnOfReload(what: string, why: string, setting: WarningSetting): void {
  warn('VERIFULL_TLS_RELOAD', `new TLS ${what} not used, the last good ones stay in use: ${why}`, setting)
}

import diagnostics from 'node:diagnostics_channel'
import type { Finding } from '../errors/finding.ts'
import type { Problem } from '../errors/problem.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { TrustedRoots } from './trusted-roots.ts'
import type { TlsVersion } from './version.ts'

/** Published on the diagnostics channel `verifull:tls`: plain data, which leads to no key and no secure context. */
export type TlsEvent =
  | { readonly kind: 'reloaded'; readonly version: TlsVersionFacts }
  /** The last good version stays in use. */
  | { readonly kind: 'reload-failed'; readonly version: TlsVersionFacts; readonly problems: readonly Problem[] }
  /** What the policy has to say of a provider's certificates and did not refuse. */
  | { readonly kind: 'findings'; readonly version: TlsVersionFacts; readonly findings: readonly Finding[] }

/** What an event says of TLS material. */
export interface TlsVersionFacts {
  /** Counts the reloads, from 1. */
  readonly version: number
  readonly roots: Pick<TrustedRoots, 'kind' | 'source'>
  readonly clientCertificate:
    | (Pick<ClientCertificate, 'source'> &
        Pick<ClientCertificate['certificate'], 'subject' | 'issuer' | 'fingerprint256' | 'validFrom' | 'validTo'>)
    | undefined
  /** Where the revocation lists come from. */
  readonly crl: { readonly source: string } | undefined
}

type Without<Event> = Event extends TlsEvent ? Omit<Event, 'version'> & { readonly version: TlsVersion } : never

const channel = diagnostics.channel('verifull:tls')

export function publish(event: Without<TlsEvent>): void {
  if (channel.hasSubscribers) channel.publish({ ...event, version: factsOf(event.version) })
}

function factsOf({ version, roots, clientCertificate, crl }: TlsVersion): TlsVersionFacts {
  return {
    version,
    roots: { kind: roots.kind, source: roots.source },
    clientCertificate: clientCertificate && certificateFacts(clientCertificate),
    crl: crl && { source: crl.source },
  }
}

function certificateFacts({ source, certificate }: ClientCertificate): TlsVersionFacts['clientCertificate'] {
  const { subject, issuer, fingerprint256, validFrom, validTo } = certificate
  return { source, subject, issuer, fingerprint256, validFrom: new Date(validFrom), validTo: new Date(validTo) }
}

/** Says that new material is bad, where people look. */
export function warn(what: string, why: string): void {
  process.emitWarning(`new TLS ${what} not used, the last good ones stay in use: ${why}`, {
    type: 'VerifullWarning',
    code: 'VERIFULL_TLS_RELOAD',
  })
}

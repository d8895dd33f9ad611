import type { PublishedCertificate } from './certificate.ts'
import { publish } from './publish.ts'
import type { TlsEvent, TlsOrigin, TlsVersionFacts } from './tls.ts'
import { type WarningSetting, warn } from './warnings.ts'

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

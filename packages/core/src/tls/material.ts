import type { TlsSnapshot } from './snapshot.ts'

export type { TlsEvent, TlsVersionFacts } from '../events/tls.ts'
export type { TlsSettings } from './settings.ts'
export type { TlsSnapshot } from './snapshot.ts'

/** Roots, client certificate and revocation lists, as the connections of a profile use them. */
export interface TlsMaterial {
  /** Gives the material as it is now; a replacement that is bad leaves the last good version in place, and says so once. */
  ready(signal: AbortSignal): Promise<TlsSnapshot>
  /** Gives other material, if there is any by now, after a server refused this one or could not be verified with it. */
  renewed(refused: TlsSnapshot, signal: AbortSignal): Promise<TlsSnapshot | undefined>
  /** Where it comes from, in words; nobody is asked for it. */
  readonly sources: TlsSources
}

/** Where TLS material comes from, in words. */
export interface TlsSources {
  readonly roots: string
  readonly clientCertificate: string | undefined
}

import type { TlsVersion } from './version.ts'

export type { TlsEvent, TlsVersionFacts } from '../events/tls.ts'
export type { TlsSettings } from './settings.ts'
export type { TlsVersion } from './version.ts'

/** Roots, client certificate and revocation lists, as the connections of a profile use them. */
export interface TlsMaterial {
  /** Gives the material as it is now; a replacement that is bad leaves the last good version in place, and says so once. */
  ready(signal: AbortSignal): Promise<TlsVersion>
  /** Gives other material, if there is any by now, after a server refused this one or could not be verified with it. */
  renewed(refused: TlsVersion, signal: AbortSignal): Promise<TlsVersion | undefined>
  /** Where it comes from, in words; nobody is asked for it. */
  readonly sources: TlsSources
}

/** Where TLS material comes from, in words. */
export interface TlsSources {
  readonly roots: string
  readonly clientCertificate: string | undefined
}

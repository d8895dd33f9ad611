import type { TlsSnapshot } from './snapshot.ts'

export type { TlsMaterialSettings } from './settings.ts'
export type { TlsSnapshot, TlsTexts } from './snapshot.ts'

/** Trusted roots, client certificate and revocation lists of a profile's connections. */
export interface TlsMaterial {
  /** Returns the present material; a bad replacement is reported once and leaves the last good one in place. */
  ready(signal: AbortSignal): Promise<TlsSnapshot>
  /** Returns newer material, if there is any, after a server refused `refused` or could not be verified with it. */
  renewed(refused: TlsSnapshot, signal: AbortSignal): Promise<TlsSnapshot | undefined>
  /** The material that was loaded last; undefined before the first. No file is read and no provider is called for it. */
  readonly last: TlsSnapshot | undefined
  /** The sources in words; no provider is called for them. */
  readonly sources: TlsSources
}

/** Sources of TLS material in words. */
export interface TlsSources {
  readonly roots: string
  readonly clientCertificate: string | undefined
}

import type { ReportedFailure } from './reported-failure.ts'

/** An event on the diagnostics channel `verifull:credentials`: plain data, never with a password in it. */
export type CredentialsEvent = SecretFetched | SecretStale | SecretFailed | SecretRefused

/** The secret that an event is about. */
export interface CredentialsOrigin {
  /** Source of the secret: `settings.secrets`, `SECRETS_BACKEND=vault`. */
  readonly source: string
  /** The server that the secret is for, or that rejected it; undefined if the secret is for all servers. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined
}

/** A file, a function or a store gave a secret. */
export interface SecretFetched extends CredentialsOrigin {
  readonly kind: 'fetched'
  readonly version: string | undefined
  readonly expiresAt: Date | undefined
}

/** A connection gets a secret that is past its time, because no newer one could be fetched. */
export interface SecretStale extends CredentialsOrigin {
  readonly kind: 'stale'
  readonly version: string | undefined
  readonly ageMs: number
  /** The latest failure; undefined while no answer has come. */
  readonly error: ReportedFailure | undefined
}

/** A request for a secret failed. */
export interface SecretFailed extends CredentialsOrigin {
  readonly kind: 'failed'
  readonly error: ReportedFailure
}

/** A server rejected the login with a secret that may change. */
export interface SecretRefused extends CredentialsOrigin {
  readonly kind: 'refused'
  readonly version: string | undefined
  /** SQLSTATE. */
  readonly code: string
}

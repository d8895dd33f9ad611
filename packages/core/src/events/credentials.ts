import diagnostics from 'node:diagnostics_channel'

/** An event on the diagnostics channel `verifull:credentials`: plain data, never with a password in it. */
export type CredentialsEvent = CredentialsOrigin &
  (
    | { readonly kind: 'fetched'; readonly version: string | undefined; readonly expiresAt: Date | undefined }
    /**
     * The last good secret is used past its refresh time, because the provider fails (`error`) or has not answered yet.
     */
    | {
        readonly kind: 'stale'
        readonly version: string | undefined
        readonly ageMs: number
        readonly error: ReportedFailure | undefined
      }
    | { readonly kind: 'failed'; readonly error: ReportedFailure }
    /** A server rejected the login; `code` is its SQLSTATE. */
    | { readonly kind: 'refused'; readonly version: string | undefined; readonly code: string }
  )

/** The secret that an event is about. */
export interface CredentialsOrigin {
  /** Source of the secret: `settings.secrets`, `SECRETS_BACKEND=vault`. */
  readonly source: string
  /** The server that the secret is for, or that rejected it; undefined if the secret is for all servers. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined
}

/** A failure as plain data. */
export interface ReportedFailure {
  /** Class of the error. */
  readonly name: string
  /** Code of the error. */
  readonly code: string
  /** The failure in words, without a secret. */
  readonly message: string
}

const channel = diagnostics.channel('verifull:credentials')

export function publish(event: CredentialsEvent): void {
  if (channel.hasSubscribers) channel.publish(event)
}

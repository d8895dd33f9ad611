import diagnostics from 'node:diagnostics_channel'

/** Published on the diagnostics channel `verifull:credentials`: plain data, never with a password in it. */
export type CredentialsEvent = CredentialsOrigin &
  (
    | { readonly kind: 'fetched'; readonly version: string | undefined; readonly expiresAt: Date | undefined }
    /** The last good secret is used beyond its time, because the provider fails (`error`) or has not answered yet. */
    | {
        readonly kind: 'stale'
        readonly version: string | undefined
        readonly ageMs: number
        readonly error: ReportedFailure | undefined
      }
    | { readonly kind: 'failed'; readonly error: ReportedFailure }
    /** A server refused the login; `code` is its SQLSTATE. */
    | { readonly kind: 'refused'; readonly version: string | undefined; readonly code: string }
  )

/** Which secret an event is about. */
export interface CredentialsOrigin {
  /** Where the secret comes from: `settings.secrets`, `SECRETS_BACKEND=vault`. */
  readonly source: string
  /** The server that the secret is for, or that refused it; undefined where it is for all of them. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined
}

/** A failure as an event carries it. */
export interface ReportedFailure {
  readonly name: string
  readonly code: string
  readonly message: string
}

const channel = diagnostics.channel('verifull:credentials')

export function publish(event: CredentialsEvent): void {
  if (channel.hasSubscribers) channel.publish(event)
}

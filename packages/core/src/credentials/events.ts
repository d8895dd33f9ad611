import diagnostics from 'node:diagnostics_channel'

/** Published on the diagnostics channel `verifull:credentials`; never with a password in it. */
export type CredentialsEvent =
  | { readonly kind: 'fetched'; readonly version: string | undefined; readonly expiresAt: Date | undefined }
  /** The last good secret is used beyond its time, because the provider fails (`error`) or has not answered yet. */
  | { readonly kind: 'stale'; readonly version: string | undefined; readonly ageMs: number; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** A server refused the login; `code` is its SQLSTATE. */
  | { readonly kind: 'refused'; readonly version: string | undefined; readonly code: string }

const channel = diagnostics.channel('verifull:credentials')

export function publish(event: CredentialsEvent): void {
  channel.publish(event)
}

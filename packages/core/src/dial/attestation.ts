import type { X509Certificate } from 'node:crypto'
import type { Authenticated } from '../auth/authenticate.ts'
import type { FailedAttempt } from '../errors/connect-error.ts'
import type { Verification } from '../sslmode.ts'

/** What is known of an established connection, read off the socket and off what the server said. */
export interface Attestation {
  /** The host as configured, whose name the certificate was checked against. */
  readonly host: string
  /** The address dialed; the path for a Unix socket. */
  readonly address: string
  readonly port: number
  readonly user: string
  readonly encrypted: boolean
  readonly tls?: {
    /** For example `TLSv1.3`. */
    readonly protocol: string
    readonly cipher: string
    readonly group: string | undefined
    readonly alpn: string | undefined
    /** What of the server's certificate was checked: nothing, its chain, or its chain and its name. */
    readonly verification: Verification
    readonly peerCertificate: X509Certificate
    /** True where the server asked for a client certificate and one was configured. */
    readonly clientCertificate: boolean
  }
  readonly authentication: Authenticated
  readonly serverVersion: string | undefined
  /** The attempts that failed before this one. */
  readonly failedAttempts: readonly FailedAttempt[]
  readonly establishedAt: Date
}

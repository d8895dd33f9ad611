import type { X509Certificate } from 'node:crypto'
import type { Authenticated } from '../auth/authenticate.ts'
import type { FailedAttempt } from '../errors/connect-error.ts'
import type { Verification } from '../sslmode.ts'

/** Facts about an established connection, as its socket and the server's messages show them. */
export interface Attestation {
  /** Configured host, which the certificate was checked for; the folder of a Unix socket. */
  readonly host: string
  /** IP address that was dialed; the path of a Unix socket. */
  readonly address: string
  readonly port: number
  /** User that logged in. */
  readonly user: string
  /** True for TLS; `tls` is present then. */
  readonly encrypted: boolean
  readonly tls?: {
    /** For example `TLSv1.3`. */
    readonly protocol: string
    /** Cipher suite by OpenSSL's name. */
    readonly cipher: string
    /** Key exchange group, if Node reports it. */
    readonly group: string | undefined
    /** Protocol selected by ALPN: `postgresql` from PostgreSQL 17 on, otherwise undefined. */
    readonly alpn: string | undefined
    /** Checks of the server's certificate: none, its chain (`ca`), or its chain and its name (`full`). */
    readonly verification: Verification
    readonly peerCertificate: X509Certificate
    /** True if the server requested a client certificate and one was configured. */
    readonly clientCertificate: boolean
  }
  readonly authentication: Authenticated
  /** `server_version` as the server reports it, made printable. */
  readonly serverVersion: string | undefined
  /** The attempts that failed before this one. */
  readonly failedAttempts: readonly FailedAttempt[]
  readonly establishedAt: Date
}

import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { RdsRoots } from './aws-roots.ts'

/** A TLS version that is safe. */
export type TlsProtocol = 'TLSv1.2' | 'TLSv1.3'

/** The TLS versions to offer; without `max`, all from `min` up. */
export interface ProtocolRange {
  readonly min: TlsProtocol
  readonly max?: TlsProtocol | undefined
}

/**
 * The settings from which TLS material is loaded. Every file parameter takes a path, or PEM text as it is or in base64.
 */
export interface TlsMaterialSettings {
  readonly sslrootcert?: Sourced<string | Secret>
  readonly sslcrl?: Sourced<string | Secret>
  readonly sslcrldir?: Sourced<string | Secret>
  readonly sslcert?: Sourced<string | Secret>
  readonly sslkey?: Sourced<string | Secret>
  readonly sslpassword?: Sourced<Secret>
  readonly sslcertmode: 'disable' | 'allow' | 'require'
  readonly minVersion: TlsProtocol
  readonly maxVersion?: TlsProtocol
  /** Folder of `.postgresql/`; without it there are no default files. */
  readonly homeDirectory?: string
  /** The variables; `SSL_CERT_FILE`, `SSL_CERT_DIR` and, on Windows, `APPDATA` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The roots if neither `sslrootcert` is given nor `~/.postgresql/root.crt` exists. */
  readonly rootsFallback: 'system' | 'none'
  /** False prints no warnings about files that cannot be used. Default: true. */
  readonly warnings?: boolean
  /** RDS regions whose CAs to trust: for `aws-rds`, or before the fallback, if all hosts are RDS endpoints. */
  readonly rdsRoots?: readonly RdsRoots[]
}

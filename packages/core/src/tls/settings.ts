import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { RdsRoots } from './aws-roots.ts'

/** A protocol version that is safe to speak. */
export type TlsProtocol = 'TLSv1.2' | 'TLSv1.3'

/** The protocol versions to speak; without `max`, all from `min` up. */
export interface ProtocolRange {
  readonly min: TlsProtocol
  readonly max?: TlsProtocol | undefined
}

/** What TLS material is loaded from. Every file parameter takes a path, or PEM text as it is or in base64. */
export interface TlsSettings {
  readonly sslrootcert?: Sourced<string | Secret>
  readonly sslcrl?: Sourced<string | Secret>
  readonly sslcrldir?: Sourced<string | Secret>
  readonly sslcert?: Sourced<string | Secret>
  readonly sslkey?: Sourced<string | Secret>
  readonly sslpassword?: Sourced<Secret>
  readonly sslcertmode: 'disable' | 'allow' | 'require'
  readonly minVersion: TlsProtocol
  readonly maxVersion?: TlsProtocol
  /** Where `.postgresql/` is; without it there are no default files. */
  readonly homeDirectory?: string
  /** Read for `SSL_CERT_FILE`, `SSL_CERT_DIR` and, on Windows, `APPDATA`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What it means that neither `sslrootcert` is given nor `~/.postgresql/root.crt` exists. */
  readonly rootsFallback: 'system' | 'none'
  /** False where nothing is printed about files that cannot be used. */
  readonly warnings?: boolean
  /** What `aws-rds` stands for, or what is trusted before the fallback, the hosts being endpoints of RDS. */
  readonly rdsRoots?: readonly RdsRoots[]
}

import { VerifullError } from './verifull-error.ts'

/** Which check of TLS failed. */
export type TlsCheck =
  /** the server answered N: it speaks no TLS */
  | 'TLS_NOT_OFFERED'
  /** no chain to a trusted root */
  | 'TLS_ISSUER'
  /** the certificate, or a CA above it, is not made for this: extended key usage, path length, not a CA */
  | 'TLS_USAGE'
  /** the certificate is for another host */
  | 'TLS_NAME'
  /** the certificate is expired or not yet valid */
  | 'TLS_EXPIRED'
  /** the certificate is on the revocation list, or no list of its issuer is at hand */
  | 'TLS_REVOKED'
  /** the key, the signature or the Diffie-Hellman group is too weak */
  | 'TLS_WEAK'
  /** the two sides share no protocol version, cipher or ALPN protocol, or the bytes are no TLS */
  | 'TLS_HANDSHAKE'
  /** the server has no hybrid key exchange, and keyExchange=hybrid */
  | 'TLS_KEY_EXCHANGE'
  /** bytes arrived that a man in the middle could have put there */
  | 'TLS_INJECTION'
  /** the server asked for no client certificate, or we had none, and sslcertmode=require */
  | 'TLS_CLIENT_CERTIFICATE'

/**
 * TLS could not be established as the settings demand; nothing was sent that needs it.
 *
 * `code` names the check that failed, see {@link TlsCheck}.
 */
export class TlsError extends VerifullError {
  declare readonly code: TlsCheck

  constructor(code: TlsCheck, message: string, cause?: unknown) {
    super('TlsError', code, message, cause)
  }

  /** True where the peer failed to prove who it is, as opposed to a failure to talk at all. */
  get isVerification(): boolean {
    return VERIFICATION.has(this.code)
  }
}

const VERIFICATION: ReadonlySet<TlsCheck> = new Set([
  'TLS_ISSUER',
  'TLS_USAGE',
  'TLS_NAME',
  'TLS_EXPIRED',
  'TLS_REVOKED',
  'TLS_WEAK',
  'TLS_INJECTION',
])

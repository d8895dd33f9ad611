import { VerifullError } from './verifull-error.ts'

/** The TLS check that failed, as the code of {@link TlsError}. */
export type TlsCheck =
  /** the server answered N: it offers no TLS */
  | 'TLS_NOT_OFFERED'
  /** no chain to a trusted root */
  | 'TLS_ISSUER'
  /** the certificate, or a CA above it, does not serve this purpose: extended key usage, path length, not a CA */
  | 'TLS_USAGE'
  /** the certificate is for another host */
  | 'TLS_NAME'
  /** the certificate is expired or not yet valid */
  | 'TLS_EXPIRED'
  /** the certificate is on the revocation list, or its issuer's list is missing */
  | 'TLS_REVOKED'
  /** the key, the signature or the Diffie-Hellman group is too weak */
  | 'TLS_WEAK'
  /** the two sides share no protocol version, cipher or ALPN protocol, or the bytes are no TLS */
  | 'TLS_HANDSHAKE'
  /** the server has no hybrid key exchange, and keyExchange=hybrid */
  | 'TLS_KEY_EXCHANGE'
  /** plaintext bytes arrived before the handshake, which a man in the middle could have sent */
  | 'TLS_INJECTION'
  /** sslcertmode=require, and the server requested no client certificate or none is configured */
  | 'TLS_CLIENT_CERTIFICATE'

/**
 * TLS could not be established as the settings demand; no data was sent over the connection.
 *
 * `code` names the check that failed, see {@link TlsCheck}.
 */
export class TlsError extends VerifullError {
  /** The check that failed. */
  declare readonly code: TlsCheck

  constructor(code: TlsCheck, message: string, cause?: unknown) {
    super('TlsError', code, message, cause)
  }

  /** True if the peer failed to prove its identity, rather than to complete a handshake. */
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

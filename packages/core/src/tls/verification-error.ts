import type { X509Certificate } from 'node:crypto'
import { ConnectError } from '../errors/connect-error.ts'
import { type TlsCheck, TlsError } from '../errors/tls-error.ts'
import type { TlsOffer } from './offer.ts'

const NEVER = 'do not disable verification: anyone on the network could read the password'

/** Says in a user's words what Node's or OpenSSL's error means, which roots were used, and the secure fix. */
export function verificationError(
  failure: NodeJS.ErrnoException | string,
  peer: X509Certificate | undefined,
  offer: TlsOffer,
): TlsError | ConnectError {
  const cause = typeof failure === 'string' ? undefined : failure
  const code = String(cause?.code ?? failure)
  const where = `${offer.host}:${offer.port}`
  const check = CHECKS[code] ?? otherVerdict(code, cause?.message ?? code)
  if (!check || !peer) return handshakeError(code, cause, where)
  const { what, fix } = check.say(peer, offer)
  return new TlsError(check.code, `certificate of ${where} ${what}; ${fix}`, cause)
}

/**
 * A verdict on a certificate that has no sentence of its own: OpenSSL knows some seventy, and Node has no name for those
 * on strength. `ERR_SSL_…` and `ECONNRESET` are no verdicts.
 */
function otherVerdict(code: string, message: string): Check | undefined {
  if (/^(ERR_|E[A-Z]+$)/.test(code)) return undefined
  if (/too (weak|small)/i.test(message)) return WEAK
  return {
    code: 'TLS_ISSUER',
    say: () => ({
      what: `could not be verified: ${message} (${code})`,
      fix: `give the server a certificate that verifies; ${NEVER}`,
    }),
  }
}

interface Check {
  readonly code: TlsCheck
  say(peer: X509Certificate, offer: TlsOffer): { what: string; fix: string }
}

const UNTRUSTED: Check = {
  code: 'TLS_ISSUER',
  say: (peer, { roots }) => ({
    what: `is issued by "${nameOf(peer.issuer)}", which does not lead to a root in sslrootcert (${roots})`,
    fix: `download the CA certificate of the server and set sslrootcert (DB_SSL_CA) to it; ${NEVER}`,
  }),
}

const WEAK: Check = {
  code: 'TLS_WEAK',
  say: () => ({
    what: 'has a key or a signature that is too weak',
    fix: 'give the server a certificate with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better',
  }),
}

const REVOKED_LIST: Check = {
  code: 'TLS_REVOKED',
  say: (peer) => ({
    what: `cannot be checked for revocation: no current list of "${nameOf(peer.issuer)}" or of a CA above it in sslcrl`,
    fix: 'add a current CRL of every CA in the chain to sslcrl, or leave sslcrl out',
  }),
}

const CHECKS: Readonly<Record<string, Check>> = {
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  INVALID_CA: UNTRUSTED,
  INVALID_PURPOSE: UNTRUSTED,
  PATH_LENGTH_EXCEEDED: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_REJECTED: UNTRUSTED,
  CERT_HAS_EXPIRED: {
    code: 'TLS_EXPIRED',
    say: (peer) => ({
      what: `or of a CA in its chain has expired (the server's own: ${peer.validTo})`,
      fix: `renew it on the server; ${NEVER}`,
    }),
  },
  CERT_NOT_YET_VALID: {
    code: 'TLS_EXPIRED',
    say: (peer) => ({
      what: `or of a CA in its chain is not valid yet (the server's own: from ${peer.validFrom})`,
      fix: "check this machine's clock",
    }),
  },
  CERT_REVOKED: {
    code: 'TLS_REVOKED',
    say: (peer) => ({
      what: `(serial ${peer.serialNumber}) or of a CA in its chain is revoked by sslcrl`,
      fix: 'give the server a new certificate',
    }),
  },
  UNABLE_TO_GET_CRL: REVOKED_LIST,
  CRL_HAS_EXPIRED: REVOKED_LIST,
  CRL_NOT_YET_VALID: REVOKED_LIST,
  UNABLE_TO_DECRYPT_CRL_SIGNATURE: REVOKED_LIST,
  CRL_SIGNATURE_FAILURE: REVOKED_LIST,
}

/** A failure to talk at all: no certificate was judged. */
function handshakeError(
  code: string,
  cause: NodeJS.ErrnoException | undefined,
  where: string,
): TlsError | ConnectError {
  if (cause instanceof ConnectError) return cause
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1]
  const weak = WEAK_CODES.test(code)
  return new TlsError(
    weak ? 'TLS_WEAK' : 'TLS_HANDSHAKE',
    `the TLS handshake with ${where} failed (${code})${hint ? `: ${hint}` : ''}`,
    cause,
  )
}

const WEAK_CODES = /KEY_TOO_SMALL|MD_TOO_WEAK/

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /KEY_TOO_SMALL|MD_TOO_WEAK/,
    'the server has a weak certificate; RSA ≥ 2048 or ECDSA, signed with SHA-256 or better, is needed',
  ],
  [/DH_KEY_TOO_SMALL/, 'the server uses weak Diffie-Hellman parameters'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH|UNEXPECTED_MESSAGE/, 'the server does not speak TLS there'],
  [
    /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO/,
    'no common protocol version; see ssl_min_protocol_version and ssl_max_protocol_version',
  ],
  [/NO_APPLICATION_PROTOCOL/, 'the server refuses the protocol "postgresql"'],
  [/ECONNRESET|EPIPE|ETIMEDOUT/, 'the server closed the connection; it may not support TLS in this form'],
]

/** The common name of a subject or issuer, else all of it on one line. */
function nameOf(name: string): string {
  return (/^CN=(.*)$/m.exec(name)?.[1] ?? name.split('\n').join(', ')).slice(0, 200)
}

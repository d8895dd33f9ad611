import { ConnectError } from '../errors/connect-error.ts'
import { type TlsCheck, TlsError } from '../errors/tls-error.ts'
import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'
import { clientCertificateRefusal } from './alert.ts'
import { type Diagnosis, KEEP_VERIFYING, quotedName } from './diagnosis.ts'
import type { HandshakeRequest } from './handshake-request.ts'
import { missingIssuer } from './missing-issuer.ts'
import type { PeerCertificate } from './peer-certificate.ts'
import { expired, notCa, notYetValid, pathTooLong, wrongPurpose } from './unfit-certificate.ts'

/** Explains an error of Node or OpenSSL: the check that failed, the roots that were used, and the secure fix. */
export function verificationError(
  failure: NodeJS.ErrnoException | string,
  peer: PeerCertificate | undefined,
  offer: HandshakeRequest,
): TlsError | ConnectError {
  const cause = typeof failure === 'string' ? undefined : failure
  const code = String(cause?.code ?? failure)
  const check = CHECKS[code] ?? otherVerdict(code, cause?.message ?? code)
  if (!check || !peer) return handshakeError(code, cause, offer)
  const { what, fix } = check.say(peer, offer)
  return new TlsError(check.code, `certificate of ${offer.host}:${offer.port} ${what}; ${fix}`, cause)
}

/**
 * Returns the check for a verdict on a certificate without a sentence of its own: OpenSSL has some seventy, and Node
 * has no name for those on strength. `ERR_SSL_…` and network errors are no verdicts.
 */
function otherVerdict(code: string, message: string): Check | undefined {
  if (code.startsWith('ERR_') || OF_THE_SYSTEM.test(code)) return undefined
  if (/too (weak|small)/i.test(message)) return WEAK
  return {
    code: 'TLS_ISSUER',
    say: () => ({
      what: `could not be verified: ${printable(message)} (${printable(code)})`,
      fix: `give the server a certificate that verifies; ${KEEP_VERIFYING}`,
    }),
  }
}

interface Check {
  readonly code: TlsCheck
  say(peer: PeerCertificate, offer: HandshakeRequest): Diagnosis
}

const UNTRUSTED: Check = { code: 'TLS_ISSUER', say: ({ chain }, { roots }) => missingIssuer(chain, roots) }

const WEAK: Check = {
  code: 'TLS_WEAK',
  say: () => ({
    what: 'has a key or a signature that is too weak',
    fix: 'give the server a certificate with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better',
  }),
}

const REVOKED_LIST: Check = {
  code: 'TLS_REVOKED',
  say: ({ chain }) => ({
    what: `cannot be checked for revocation: no current list of ${quotedName(chain[0]?.issuer ?? '')} or of a CA above it in sslcrl`,
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
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_REJECTED: UNTRUSTED,
  INVALID_CA: { code: 'TLS_USAGE', say: ({ chain }) => notCa(chain) },
  INVALID_PURPOSE: { code: 'TLS_USAGE', say: ({ chain }) => wrongPurpose(chain) },
  PATH_LENGTH_EXCEEDED: { code: 'TLS_USAGE', say: ({ chain }) => pathTooLong(chain) },
  CERT_HAS_EXPIRED: { code: 'TLS_EXPIRED', say: ({ chain }, { roots }) => expired(chain, roots) },
  CERT_NOT_YET_VALID: { code: 'TLS_EXPIRED', say: ({ chain }) => notYetValid(chain) },
  CERT_REVOKED: {
    code: 'TLS_REVOKED',
    say: ({ certificate }) => ({
      what: `(serial ${certificate.serialNumber}) or of a CA in its chain is revoked by sslcrl`,
      fix: 'give the server a new certificate',
    }),
  },
  UNABLE_TO_GET_CRL: REVOKED_LIST,
  CRL_HAS_EXPIRED: REVOKED_LIST,
  CRL_NOT_YET_VALID: REVOKED_LIST,
  UNABLE_TO_DECRYPT_CRL_SIGNATURE: REVOKED_LIST,
  CRL_SIGNATURE_FAILURE: REVOKED_LIST,
}

/** Codes of the operating system's errors. */
const OF_THE_SYSTEM = /^E[A-Z0-9]+$/

/**
 * Explains a handshake that failed before a certificate was checked. Network errors keep their code, which retry code
 * reads.
 */
function handshakeError(
  code: string,
  cause: NodeJS.ErrnoException | undefined,
  offer: HandshakeRequest,
): TlsError | ConnectError {
  if (cause instanceof ConnectError) return cause
  const where = `${offer.host}:${offer.port}`
  const refusal = clientCertificateRefusal(code, where, offer.clientCertificate, cause)
  if (refusal) return refusal
  if (offer.keyExchange && NO_COMMON_GROUP.test(code)) {
    return new TlsError(
      'TLS_KEY_EXCHANGE',
      notHybrid(offer, offer.keyExchange, `refused the handshake (${code})`),
      cause,
    )
  }
  // EPROTO is Node's code for an error of OpenSSL.
  if (OF_THE_SYSTEM.test(code) && code !== 'EPROTO') {
    const message = `the connection to ${where} failed in the TLS handshake (${code}): ${ENDED}`
    return new ConnectError(code, message, [], cause)
  }
  const { check = 'TLS_HANDSHAKE', hint } = HINTS.find(({ pattern }) => pattern.test(code)) ?? {}
  const why = typeof hint === 'function' ? hint(offer) : hint
  return new TlsError(check, `the TLS handshake with ${where} failed (${code})${why ? `: ${why}` : ''}`, cause)
}

/** Alerts and errors of two sides without a common group, or without TLS 1.3, which hybrid groups need. */
const NO_COMMON_GROUP =
  /HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY|ILLEGAL_PARAMETER|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|BAD_KEY_SHARE|NO_SUITABLE|WRONG_CURVE/

/** Returns the sentence for a server without a hybrid key exchange, if one is demanded. */
export function notHybrid({ host, port }: HandshakeRequest, { source }: Sourced<'hybrid'>, did: string): string {
  return `${host}:${port} ${did}, and keyExchange=hybrid (from ${source}) demands X25519MLKEM768, which is post-quantum; it needs PostgreSQL 18 with OpenSSL 3.5 and ssl_groups = 'X25519MLKEM768:X25519:prime256v1', or the like at the pooler or proxy that ends TLS`
}

interface Hint {
  readonly pattern: RegExp
  /** Default: `TLS_HANDSHAKE`. */
  readonly check?: TlsCheck
  readonly hint: string | ((offer: HandshakeRequest) => string)
}

const HINTS: readonly Hint[] = [
  {
    pattern: /DH_KEY_TOO_SMALL/,
    check: 'TLS_WEAK',
    hint: 'the server uses a Diffie-Hellman group of less than 2048 bits; leave ssl_dh_params_file out of its configuration, or give it a group of 2048 bits or more',
  },
  {
    pattern: /KEY_TOO_SMALL|MD_TOO_WEAK/,
    check: 'TLS_WEAK',
    hint: 'the server has a weak certificate; RSA ≥ 2048 or ECDSA, signed with SHA-256 or better, is needed',
  },
  { pattern: /WRONG_VERSION_NUMBER|PACKET_LENGTH|UNEXPECTED_MESSAGE/, hint: 'the server does not speak TLS there' },
  { pattern: /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO/, hint: noCommonVersion },
  {
    pattern: /UNRECOGNIZED_NAME/,
    hint: ({ host, servername }) =>
      servername === undefined
        ? 'the server needs the name of its host in the handshake (SNI), and none is sent for an address or with sslsni=0; set host to the name, hostaddr to the address, and leave sslsni out'
        : `the server has no certificate for the name that is sent (SNI), ${host}; set host to the name that the server knows, and hostaddr to its address if it is an alias, or add the name at the server (pg_hosts.conf)`,
  },
  {
    pattern: /ALERT_HANDSHAKE_FAILURE|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY/,
    hint: 'the server and this client have no cipher or key exchange group in common; give ssl_ciphers and ssl_groups (ssl_ecdh_curve before PostgreSQL 18) their default values at the server',
  },
  { pattern: /NO_APPLICATION_PROTOCOL/, hint: 'the server refuses the protocol "postgresql"' },
]

const ENDED =
  'the server or something between ended it; where every attempt ends so, it may not support TLS in this form'

function noCommonVersion({ protocols: { min, max } }: HandshakeRequest): string {
  if (max === 'TLSv1.2' && min === 'TLSv1.2') {
    return 'the server does not speak TLSv1.2, the only version that ssl_max_protocol_version allows; remove that setting'
  }
  if (min === 'TLSv1.3') {
    return 'the server does not speak TLSv1.3, which ssl_min_protocol_version demands; update the server, or set TLSv1.2'
  }
  return 'the server speaks neither TLSv1.2 nor TLSv1.3, and older versions are not safe; raise ssl_max_protocol_version at the server, or update its OpenSSL'
}

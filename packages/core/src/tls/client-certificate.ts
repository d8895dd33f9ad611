import { X509Certificate } from 'node:crypto'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type CertificateFlaw, certificateFlaws } from '../x509/certificate-flaws.ts'
import { readCertificates } from './certificates.ts'
import { addProblem, isGiven, type LoadContext, readDefault, readText, type SourcedText } from './load-context.ts'
import { loadPrivateKey } from './private-key.ts'

/** The certificate that identifies the client. */
export interface ClientCertificate {
  /** Its source: a path, or the variable or option that holds it. */
  readonly source: string
  readonly certificate: CertificateFacts
  /** The certificates after it in `sslcert`, sent along to the server. */
  readonly intermediates: readonly CertificateFacts[]
}

/** The certificate with its key and findings, for a secure context and a policy. */
export interface LoadedClientCertificate {
  readonly clientCertificate: ClientCertificate
  readonly pem: string
  /** PKCS#8 PEM, unencrypted. */
  readonly key: Secret
  flaws(now: Date): readonly CertificateFlaw[]
}

/** The settings of the client certificate and its key. */
export interface ClientCertificateSettings {
  readonly sslcert?: Sourced<string | Secret>
  readonly sslkey?: Sourced<string | Secret>
  readonly sslpassword?: Sourced<Secret>
  readonly sslcertmode: 'disable' | 'allow' | 'require'
}

/**
 * Loads the client's certificate, its chain and its key; undefined if none is configured or `sslcertmode=disable`.
 *
 * As in libpq, `~/.postgresql/postgresql.crt` and `.key` are used if they exist and no others are named. Stricter than
 * libpq: a named certificate that is missing is a problem, as is a key without a certificate.
 */
export function loadClientCertificate(
  settings: ClientCertificateSettings,
  context: LoadContext,
): LoadedClientCertificate | undefined {
  if (settings.sslcertmode === 'disable') return undefined
  const text = certificateText(settings, context)
  if (!text) {
    // A problem of the key is reported together with that of the certificate.
    if (isGiven(settings.sslcert) && isGiven(settings.sslkey)) loadPrivateKey(settings, 'sslcert', context)
    return undefined
  }
  const read = readCertificates('sslcert', text, context)
  const key = loadPrivateKey(settings, text.name, context)
  const [certificate, ...intermediates] = read?.facts ?? []
  if (!read || !certificate || !key) return undefined
  if (!new X509Certificate(read.pem).checkPrivateKey(key.key)) {
    return addProblem(
      context,
      'sslkey',
      `${key.name} does not fit ${text.name}; give the key that this certificate was made for`,
    )
  }
  const weakness = whatOpensslRefuses(certificate)
  if (weakness)
    return addProblem(context, 'sslcert', `${text.name} ${weakness}, which is too weak for TLS; replace it ${STRONGER}`)
  return {
    clientCertificate: { source: text.source, certificate, intermediates },
    pem: read.pem,
    key: new Secret(key.key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    flaws: (now) => certificateFlaws(certificate, now, `client certificate "${certificate.subject}" of ${text.name}`),
  }
}

const STRONGER = 'by one with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better'

function certificateText(
  { sslcert, sslkey }: ClientCertificateSettings,
  context: LoadContext,
): SourcedText | undefined {
  if (isGiven(sslcert)) return readText('sslcert', sslcert, context)
  const text = readDefault('sslcert', 'postgresql.crt', context)
  if (text !== 'absent') return text
  if (!isGiven(sslkey)) return undefined
  return addProblem(
    context,
    'sslkey',
    `sslkey (from ${sslkey.source}) is given and sslcert is not; give both, or neither`,
  )
}

/**
 * Returns the weakness that OpenSSL's security level 2 refuses: otherwise it fails in the middle of the handshake, with
 * an error that also fits the server's certificate.
 */
function whatOpensslRefuses({
  keyType,
  keyBits = 0,
  signatureAlgorithm,
  selfSigned,
}: CertificateFacts): string | undefined {
  if (/^(rsa|dsa)/.test(keyType) && keyBits < 2048) return `has an ${keyType.toUpperCase()} key of ${keyBits} bits`
  return !selfSigned && /MD5|SHA1$/.test(signatureAlgorithm) ? `is signed with ${signatureAlgorithm}` : undefined
}

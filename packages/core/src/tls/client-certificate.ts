import { X509Certificate } from 'node:crypto'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { CertificateFacts } from '../x509/certificate.ts'
import { type CertificateFlaw, certificateFlaws } from '../x509/certificate-flaws.ts'
import { readCertificates } from './certificates.ts'
import { addProblem, isGiven, type LoadContext, readDefault, readText, type SourcedText } from './load-context.ts'
import { loadPrivateKey } from './private-key.ts'

/** The certificate that proves who the client is. */
export interface ClientCertificate {
  /** Where it comes from: a path, or the variable or option that holds it. */
  readonly source: string
  readonly certificate: CertificateFacts
  /** What stands behind it in `sslcert`, sent along to the server. */
  readonly intermediates: readonly CertificateFacts[]
}

/** The certificate with what a secure context and a policy need. */
export interface LoadedClientCertificate {
  readonly clientCertificate: ClientCertificate
  readonly pem: string
  /** PKCS#8 PEM, unencrypted. */
  readonly key: Secret
  flaws(now: Date): readonly CertificateFlaw[]
}

/** Which certificate and key to use. */
export interface ClientCertificateSettings {
  readonly sslcert?: Sourced<string | Secret>
  readonly sslkey?: Sourced<string | Secret>
  readonly sslpassword?: Sourced<Secret>
  readonly sslcertmode: 'disable' | 'allow' | 'require'
}

/**
 * Loads the client's certificate, its chain and its key; undefined where none is configured or `sslcertmode=disable`.
 *
 * As libpq, `~/.postgresql/postgresql.crt` and `.key` are used where they exist and nothing else is named. Stricter than
 * libpq: a certificate that is named and missing is a problem, as is a key without a certificate.
 */
export function loadClientCertificate(
  settings: ClientCertificateSettings,
  context: LoadContext,
): LoadedClientCertificate | undefined {
  if (settings.sslcertmode === 'disable') return undefined
  const text = certificateText(settings, context)
  if (!text) {
    // What is wrong with the key is told at the same time, not once the certificate has been found.
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

/** At security level 2 OpenSSL fails in the middle of the handshake, and says it of the server's certificate as well. */
function whatOpensslRefuses({
  keyType,
  keyBits = 0,
  signatureAlgorithm,
  selfSigned,
}: CertificateFacts): string | undefined {
  if (/^(rsa|dsa)/.test(keyType) && keyBits < 2048) return `has an ${keyType.toUpperCase()} key of ${keyBits} bits`
  return !selfSigned && /MD5|SHA1$/.test(signatureAlgorithm) ? `is signed with ${signatureAlgorithm}` : undefined
}

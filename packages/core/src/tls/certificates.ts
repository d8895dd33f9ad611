import { X509Certificate } from 'node:crypto'
import { type CertificateFacts, inspectCertificate } from '../x509/certificate.ts'
import { readCertificate } from '../x509/certificate-parts.ts'
import { readTime } from '../x509/der.ts'
import type { PemBlock } from '../x509/pem.ts'
import { addProblem, type LoadContext, readBlocks, type SourcedText } from './load-context.ts'

/** The certificates of one text, in order. */
export interface Certificates {
  readonly count: number
  /** Parsed on first use: most of 150 roots are never examined. */
  readonly facts: readonly CertificateFacts[]
  /** PEM of these certificates alone. */
  readonly pem: string
}

/**
 * Number of certificates up to which OpenSSL parses each one at load, so that one that it would ignore silently is
 * reported. It takes 0.2 ms for each, which is too much for a provider's bundle of 150; larger ones are checked by
 * structure.
 */
const PARSED_BY_OPENSSL = 16

/** Reads all certificates of a text; undefined, after adding a problem, if there is none or one is damaged. */
export function readCertificates(parameter: string, text: SourcedText, context: LoadContext): Certificates | undefined {
  const blocks = readBlocks(parameter, text, 'CERTIFICATE', context)
  if (!blocks) return undefined
  const isGood = blocks.length <= PARSED_BY_OPENSSL ? isAcceptedByOpenssl : isCertificate
  const bad = blocks.findIndex(({ der }) => !isGood(der))
  if (bad < 0) return certificatesOf(blocks)
  const which = blocks.length === 1 ? 'its content' : `certificate ${bad + 1} of ${blocks.length}`
  return addProblem(
    context,
    parameter,
    `${text.name} is damaged: ${which} is not a certificate; give the whole PEM text`,
  )
}

/** Returns the certificates of these blocks, unchecked. */
export function certificatesOf(blocks: readonly PemBlock[]): Certificates {
  let facts: readonly CertificateFacts[] | undefined
  return {
    count: blocks.length,
    get facts() {
      facts ??= blocks.flatMap(({ der }) => inspectCertificate({ raw: der }) ?? [])
      return facts
    },
    pem: blocks.map(({ text }) => text.replaceAll('X509 CERTIFICATE', 'CERTIFICATE')).join(''),
  }
}

function isCertificate(der: Buffer): boolean {
  const parts = readCertificate(der)
  return readTime(parts?.notBefore) !== undefined && readTime(parts?.notAfter) !== undefined
}

function isAcceptedByOpenssl(der: Buffer): boolean {
  try {
    return isCertificate(der) && new X509Certificate(der).publicKey !== undefined
  } catch {
    return false
  }
}

import { X509Certificate } from 'node:crypto'
import { type CertificateFacts, factsOf } from './certificate.ts'
import { readCertificate } from './certificate-parts.ts'
import { note, type Reading, readBlocks, type SourcedText } from './reading.ts'

/** The certificates of one text, in its order. */
export interface Certificates {
  readonly facts: readonly CertificateFacts[]
  /** PEM, nothing but these certificates. */
  readonly pem: string
}

/**
 * Up to here OpenSSL parses every certificate at load as well, so that whatever it would drop in silence is named.
 * It takes 0.2 ms for each, which is too much for a provider's bundle of 150; those are checked by structure.
 */
const PARSED_BY_OPENSSL = 16

/** Reads all certificates of a text; undefined where there is none or one is damaged, and the problem is noted. */
export function readCertificates(parameter: string, text: SourcedText, reading: Reading): Certificates | undefined {
  const blocks = readBlocks(parameter, text, 'CERTIFICATE', reading)
  if (!blocks) return undefined
  const facts: CertificateFacts[] = []
  for (const [index, block] of blocks.entries()) {
    const parts = readCertificate(block.der)
    const found = parts && factsOf(parts)
    if (!found || (blocks.length <= PARSED_BY_OPENSSL && !isAcceptedByOpenssl(block.der))) {
      const which = blocks.length === 1 ? 'its content' : `certificate ${index + 1} of ${blocks.length}`
      return note(reading, parameter, `${text.name} is damaged: ${which} is not a certificate; give the whole PEM text`)
    }
    facts.push(found)
  }
  return { facts, pem: blocks.map(({ text: pem }) => pem.replaceAll('X509 CERTIFICATE', 'CERTIFICATE')).join('') }
}

function isAcceptedByOpenssl(der: Buffer): boolean {
  try {
    return new X509Certificate(der).publicKey !== undefined
  } catch {
    return false
  }
}

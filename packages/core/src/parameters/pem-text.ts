import { isClearlyPath, isLikelyPath } from '../text/path-text.ts'
import { readPem, readPemValue } from '../x509/pem.ts'

/** Words that stand for a set of roots. */
const WORDS = ['system', 'aws-rds']

/** Tells whether what was given as a private key is to be kept as a secret: all of it that is not clearly a path. */
export function isKeyText(text: string): boolean {
  return !isClearlyPath(text)
}

/**
 * Tells whether what was given as certificates or revocation lists is to be kept as a secret: people paste a key there, or a
 * bundle with one. A path, and text with nothing but certificates and lists in it, is none.
 */
export function mayHoldKey(text: string): boolean {
  return !WORDS.includes(text) && !isLikelyPath(text) && !holdsOnlyCertificates(text)
}

function holdsOnlyCertificates(given: string): boolean {
  const value = readPemValue(given)
  if (!('text' in value)) return false
  const { blocks, problem } = readPem(value.text)
  const isPublic = blocks.every(({ label }) => /(?:CERTIFICATE|X509 CRL)$/.test(label))
  return (
    problem === undefined && blocks.length > 0 && isPublic && !/PRIVATE|[A-Za-z0-9+/=_-]{32,}/.test(rest(value.text))
  )
}

/** What stands around the blocks: the comments of a bundle. */
function rest(text: string): string {
  return text.replace(/-----BEGIN ([A-Z0-9 ]+?)-----.*?-----END \1-----/gs, '')
}

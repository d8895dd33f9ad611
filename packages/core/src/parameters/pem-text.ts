import { isClearlyPath, isLikelyPath } from '../text/path-text.ts'
import { readPem, readPemValue } from '../x509/pem.ts'

/** Words for a set of roots in place of a path. */
const WORDS = ['system', 'aws-rds']

/** True if the value of a private key's parameter must be kept as a secret: unless it is clearly a path. */
export function isKeyText(text: string): boolean {
  return !isClearlyPath(text)
}

/**
 * True if the value of a parameter for certificates or revocation lists must be kept as a secret, because users paste a
 * key there, or a bundle with one: unless it is a path, or text with nothing but certificates and lists in it.
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

/** Returns the text outside the blocks, such as the comments of a bundle. */
function rest(text: string): string {
  return text.replace(/-----BEGIN ([A-Z0-9 ]+?)-----.*?-----END \1-----/gs, '')
}

import { type DerElement, readElement, readInside, readOid, TAG } from './der.ts'

/**
 * The parts of a certificate as bytes; splitting 150 certificates takes a tenth of the time that OpenSSL needs to parse
 * them.
 */
export interface CertificateParts {
  readonly raw: Buffer
  /** The AlgorithmIdentifier of the issuer's signature. */
  readonly signatureAlgorithm: DerElement
  readonly issuer: DerElement
  readonly notBefore: DerElement | undefined
  readonly notAfter: DerElement | undefined
  readonly subject: DerElement
  /** SubjectPublicKeyInfo. */
  readonly publicKey: DerElement
  /** The values of the extensions by object identifier (hexadecimal); each exists at most once. */
  readonly extensions: ReadonlyMap<string, Buffer>
}

/** Splits a certificate in DER into its parts (RFC 5280 §4.1); undefined if the bytes are no certificate. */
export function readCertificate(raw: Buffer): CertificateParts | undefined {
  const certificate = readElement(raw)
  if (certificate?.whole.length !== raw.length) return undefined
  const [tbs, signatureAlgorithm, signature] = readInside(certificate, TAG.sequence) ?? []
  const fields = readInside(tbs, TAG.sequence)
  if (!fields || signatureAlgorithm?.tag !== TAG.sequence || signature?.tag !== TAG.bitString) return undefined
  const body = fields[0]?.tag === TAG.explicit0 ? fields.slice(1) : fields
  const [serialNumber, , issuer, validity, subject, publicKey, ...optional] = body
  const [notBefore, notAfter] = readInside(validity, TAG.sequence) ?? []
  const extensions = readExtensions(optional.find(({ tag }) => tag === TAG.explicit3))
  if (serialNumber?.tag !== TAG.integer || issuer?.tag !== TAG.sequence || subject?.tag !== TAG.sequence)
    return undefined
  if (publicKey?.tag !== TAG.sequence || !extensions) return undefined
  return { raw, signatureAlgorithm, issuer, notBefore, notAfter, subject, publicKey, extensions }
}

function readExtensions(element: DerElement | undefined): Map<string, Buffer> | undefined {
  const found = new Map<string, Buffer>()
  if (!element) return found
  const list = readInside(readElement(element.content), TAG.sequence)
  if (!list) return undefined
  for (const extension of list) {
    const parts = readInside(extension, TAG.sequence) ?? []
    const oid = readOid(parts[0])
    const value = parts.at(-1)
    if (oid === undefined || value?.tag !== TAG.octetString || found.has(oid)) return undefined
    found.set(oid, value.content)
  }
  return found
}

/** One entry of subjectAltName that can name a host. */
export interface AlternativeName {
  readonly type: 'dns' | 'ip'
  readonly bytes: Buffer
}

/** id-ce-subjectAltName, 2.5.29.17 */
const SUBJECT_ALT_NAME = '551d11'
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

/** Returns the DNS names and addresses of subjectAltName, in order; undefined if the extension is malformed. */
export function alternativeNames({ extensions }: CertificateParts): readonly AlternativeName[] | undefined {
  const value = extensions.get(SUBJECT_ALT_NAME)
  if (!value) return []
  const sequence = readElement(value)
  const names = sequence?.whole.length === value.length ? readInside(sequence, TAG.sequence) : undefined
  return names?.flatMap(({ tag, content }): AlternativeName[] => {
    if (tag === DNS_NAME) return [{ type: 'dns', bytes: content }]
    return tag === IP_ADDRESS ? [{ type: 'ip', bytes: content }] : []
  })
}

import { type DerElement, readElement, readInside, readOid, TAG } from './der.ts'

/** The parts of a certificate that Node does not give as bytes. */
export interface CertificateParts {
  /** The AlgorithmIdentifier that the issuer signed with. */
  readonly signatureAlgorithm: DerElement
  /** The relative distinguished names of the subject. */
  readonly subject: readonly DerElement[]
  /** The values of the extensions by object identifier (hexadecimal); each exists at most once. */
  readonly extensions: ReadonlyMap<string, Buffer>
}

/** Takes a certificate in DER apart (RFC 5280 §4.1); undefined where the bytes are no certificate. */
export function readCertificate(raw: Buffer): CertificateParts | undefined {
  const certificate = readElement(raw)
  if (certificate?.whole.length !== raw.length) return undefined
  const [tbs, signatureAlgorithm, signature] = readInside(certificate, TAG.sequence) ?? []
  const fields = readInside(tbs, TAG.sequence)
  if (!fields || signatureAlgorithm?.tag !== TAG.sequence || signature?.tag !== TAG.bitString) return undefined
  const body = fields[0]?.tag === TAG.explicit0 ? fields.slice(1) : fields
  // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, then the optional ones
  const subject = readInside(body[4], TAG.sequence)
  const extensions = readExtensions(body.slice(6).find(({ tag }) => tag === TAG.explicit3))
  if (!subject || !extensions || body[5]?.tag !== TAG.sequence) return undefined
  return { signatureAlgorithm, subject, extensions }
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

/** id-at-commonName, 2.5.4.3 */
const COMMON_NAME = '550403'

/** The bytes of the first common name of the subject, in whatever string type it has. */
export function firstCommonName({ subject }: CertificateParts): Buffer | undefined {
  for (const relativeName of subject) {
    for (const attribute of readInside(relativeName, TAG.set) ?? []) {
      const [type, value] = readInside(attribute, TAG.sequence) ?? []
      if (readOid(type) === COMMON_NAME) return value?.content
    }
  }
  return undefined
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

/** The DNS names and addresses of subjectAltName, in order; undefined where the extension is malformed. */
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

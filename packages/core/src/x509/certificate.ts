import { createHash } from 'node:crypto'
import { addressText } from '../addresses/ip-address.ts'
import { printable } from '../text/printable.ts'
import { alternativeNames, type CertificateParts, readCertificate } from './certificate-parts.ts'
import { readElement, readInside, readOid, readTime, TAG } from './der.ts'
import { nameText } from './distinguished-name.ts'
import { type PublicKeyFacts, publicKeyOf } from './public-key.ts'
import { readAlgorithm } from './signature-algorithm.ts'

/** What is worth knowing of a certificate, without its bytes. */
export interface CertificateFacts extends PublicKeyFacts {
  /** On one line: `O=Example, CN=Example root`. */
  readonly subject: string
  readonly issuer: string
  readonly validFrom: Date
  readonly validTo: Date
  /** SHA-256 over the certificate, in OpenSSL's notation. */
  readonly fingerprint256: string
  /** `RSA-SHA256`, `ECDSA-SHA384` … */
  readonly signatureAlgorithm: string
  /** True where it may sign certificates. */
  readonly isCa: boolean
  /** Most CAs that may stand between this one and a server certificate (RFC 5280 §4.2.1.9); undefined is no limit. */
  readonly pathLength: number | undefined
  /**
   * The purposes that it is limited to (RFC 5280 §4.2.1.12): `serverAuth`, `clientAuth`, `anyExtendedKeyUsage`, or a
   * dotted object identifier; undefined where it is not limited.
   */
  readonly extendedKeyUsage: readonly string[] | undefined
  /** True where subject and issuer are the same. */
  readonly selfSigned: boolean
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
}

/**
 * Reads what is worth knowing of a certificate; undefined where the bytes are no certificate.
 *
 * @example
 * const facts = inspectCertificate(socket.getPeerX509Certificate())
 */
export function inspectCertificate({ raw }: { readonly raw: Buffer }): CertificateFacts | undefined {
  const parts = readCertificate(raw)
  const validFrom = readTime(parts?.notBefore)
  const validTo = readTime(parts?.notAfter)
  if (!parts || !validFrom || !validTo) return undefined
  const names = alternativeNames(parts) ?? []
  return {
    subject: nameText(parts.subject),
    issuer: nameText(parts.issuer),
    validFrom,
    validTo,
    fingerprint256: fingerprint(parts.raw),
    ...publicKeyOf(parts.publicKey),
    signatureAlgorithm: readAlgorithm(parts)?.name ?? 'unknown',
    isCa: isCa(parts),
    pathLength: pathLengthOf(parts),
    extendedKeyUsage: extendedKeyUsageOf(parts),
    selfSigned: parts.subject.whole.equals(parts.issuer.whole),
    dnsNames: names.flatMap(({ type, bytes }) => (type === 'dns' ? [printable(bytes.toString('latin1'))] : [])),
    ipAddresses: names.flatMap(({ type, bytes }) => (type === 'ip' ? (addressText(bytes) ?? []) : [])),
  }
}

const DAY_MS = 86_400_000

/** Whole days until the certificate expires; negative where it has. */
export function daysLeft({ validTo }: Pick<CertificateFacts, 'validTo'>, now: Date): number {
  return Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
}

function fingerprint(raw: Buffer): string {
  const hex = createHash('sha256').update(raw).digest('hex').toUpperCase()
  return hex.match(/../g)?.join(':') ?? ''
}

/** id-ce-basicConstraints, 2.5.29.19 */
const BASIC_CONSTRAINTS = '551d13'
const BOOLEAN = 0x01

/** A certificate without extensions is one of version 1, which OpenSSL takes for a CA where it signs itself. */
function isCa({ extensions, subject, issuer }: CertificateParts): boolean {
  const value = extensions.get(BASIC_CONSTRAINTS)
  if (!value) return extensions.size === 0 && subject.whole.equals(issuer.whole)
  const [flag] = readInside(readElement(value), TAG.sequence) ?? []
  return flag?.tag === BOOLEAN && flag.content[0] !== 0
}

function pathLengthOf({ extensions }: CertificateParts): number | undefined {
  const value = extensions.get(BASIC_CONSTRAINTS)
  const limit = value && readInside(readElement(value), TAG.sequence)?.find(({ tag }) => tag === TAG.integer)
  const bytes = limit?.content.length ?? 0
  return limit && bytes > 0 && bytes <= 4 ? limit.content.readUIntBE(0, bytes) : undefined
}

/** id-ce-extKeyUsage, 2.5.29.37 */
const EXTENDED_KEY_USAGE = '551d25'
const PURPOSES: Readonly<Record<string, string>> = {
  '2b06010505070301': 'serverAuth',
  '2b06010505070302': 'clientAuth',
  '551d2500': 'anyExtendedKeyUsage',
}

function extendedKeyUsageOf({ extensions }: CertificateParts): readonly string[] | undefined {
  const value = extensions.get(EXTENDED_KEY_USAGE)
  const purposes = value && readInside(readElement(value), TAG.sequence)
  return purposes?.flatMap((purpose) => {
    const oid = readOid(purpose)
    return oid === undefined ? [] : (PURPOSES[oid] ?? dotted(purpose.content))
  })
}

/** Decimal notation of an object identifier (X.690 §8.19). */
function dotted(content: Buffer): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}

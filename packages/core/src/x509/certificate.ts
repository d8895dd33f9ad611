import { createHash } from 'node:crypto'
import { addressText } from '../addresses/ip-address.ts'
import { printable } from '../text/printable.ts'
import { alternativeNames, type CertificateParts, readCertificate } from './certificate-parts.ts'
import { readElement, readInside, readOid, readTime, TAG } from './der.ts'
import { nameText } from './distinguished-name.ts'
import { type PublicKeyFacts, publicKeyOf } from './public-key.ts'
import { readAlgorithm } from './signature-algorithm.ts'

/** The facts of a certificate, without its bytes. */
export interface CertificateFacts extends PublicKeyFacts {
  /** Subject on one line: `O=Example, CN=Example root`. */
  readonly subject: string
  /** Issuer on one line. */
  readonly issuer: string
  /** Start of the certificate's validity. */
  readonly validFrom: Date
  /** End of the certificate's validity. */
  readonly validTo: Date
  /** SHA-256 of the certificate, in OpenSSL's notation. */
  readonly fingerprint256: string
  /** Algorithm of the issuer's signature: `RSA-SHA256`, `ECDSA-SHA384` … */
  readonly signatureAlgorithm: string
  /** True if it may sign certificates. */
  readonly isCa: boolean
  /** Most CAs allowed between this one and a server certificate (RFC 5280 §4.2.1.9); undefined for no limit. */
  readonly pathLength: number | undefined
  /**
   * The purposes that it is limited to (RFC 5280 §4.2.1.12): `serverAuth`, `clientAuth`, `anyExtendedKeyUsage`, or a
   * dotted object identifier; undefined if it is not limited.
   */
  readonly extendedKeyUsage: readonly string[] | undefined
  /** True if subject and issuer are equal. */
  readonly selfSigned: boolean
  /** DNS names in subjectAltName, in order. */
  readonly dnsNames: readonly string[]
  /** IP addresses in subjectAltName, in order. */
  readonly ipAddresses: readonly string[]
}

/**
 * Reads the facts of a certificate; undefined if the bytes are no certificate.
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

/** Returns the whole days until the certificate expires; negative after its end. */
export function daysLeft({ validTo }: Pick<CertificateFacts, 'validTo'>, now: Date): number {
  return Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
}

/** Days that a certificate has left when its renewal is overdue. */
const EXPIRING_DAYS = 30
/** Shares of its life that it has left then: one that lives for days is renewed late. */
const [LAST_THIRD, LAST_TENTH] = [1 / 3, 1 / 10]

/**
 * True for a certificate that should have been renewed: it has 30 days left and a third of its life, or a tenth if it lives for
 * less than 30 days.
 */
export function isExpiring(
  { validFrom, validTo }: Pick<CertificateFacts, 'validFrom' | 'validTo'>,
  now: Date,
): boolean {
  const leftMs = validTo.getTime() - now.getTime()
  const lifeMs = validTo.getTime() - validFrom.getTime()
  const share = lifeMs < EXPIRING_DAYS * DAY_MS ? LAST_TENTH : LAST_THIRD
  return leftMs <= Math.min(EXPIRING_DAYS * DAY_MS, lifeMs * share)
}

function fingerprint(raw: Buffer): string {
  const hex = createHash('sha256').update(raw).digest('hex').toUpperCase()
  return hex.match(/../g)?.join(':') ?? ''
}

/** id-ce-basicConstraints, 2.5.29.19 */
const BASIC_CONSTRAINTS = '551d13'
const BOOLEAN = 0x01

/**
 * True for a CA. A certificate without extensions is of version 1, which OpenSSL accepts as a CA if it is self-signed.
 */
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

/** Returns an object identifier in decimal notation (X.690 §8.19). */
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

import { type DerElement, readElement, readInside, readOid, TAG } from './der.ts'

/** The kind and the strength of a public key. */
export interface PublicKeyFacts {
  /** `rsa`, `rsa-pss`, `ec`, `dsa`, `ed25519`, `ed448`, or `unknown`. */
  readonly keyType: string
  /** Length in bits; undefined if the kind is unknown. */
  readonly keyBits: number | undefined
}

/** Kinds of key by object identifier in hexadecimal. */
const KINDS: Readonly<Record<string, string>> = {
  '2a864886f70d010101': 'rsa',
  '2a864886f70d01010a': 'rsa-pss',
  '2a8648ce3d0201': 'ec',
  '2a8648ce380401': 'dsa',
  '2b6570': 'ed25519',
  '2b6571': 'ed448',
}

/** Object identifier of secp521r1, whose points are padded to whole bytes. */
const P521 = '2b81040023'

/** Reads SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
export function publicKeyOf(subjectPublicKeyInfo: DerElement): PublicKeyFacts {
  const [algorithm, bits] = readInside(subjectPublicKeyInfo, TAG.sequence) ?? []
  const [kind, parameters] = readInside(algorithm, TAG.sequence) ?? []
  const keyType = KINDS[readOid(kind) ?? ''] ?? 'unknown'
  const key = bits?.content.subarray(1) ?? Buffer.alloc(0)
  if (keyType === 'rsa' || keyType === 'rsa-pss') return { keyType, keyBits: firstIntegerBits(readElement(key)) }
  if (keyType === 'dsa') return { keyType, keyBits: firstIntegerBits(parameters) }
  if (keyType === 'ec') return { keyType, keyBits: readOid(parameters) === P521 ? 521 : pointBits(key) }
  if (keyType === 'ed25519') return { keyType, keyBits: 256 }
  return { keyType, keyBits: keyType === 'ed448' ? 456 : undefined }
}

function firstIntegerBits(sequence: DerElement | undefined): number | undefined {
  const [integer] = readInside(sequence, TAG.sequence) ?? []
  if (integer?.tag !== TAG.integer) return undefined
  const significant = integer.content.subarray(integer.content[0] === 0 ? 1 : 0)
  const [highest] = significant
  return highest === undefined ? undefined : significant.length * 8 - Math.clz32(highest) + 24
}

/** Returns the length of a point's x in bits: uncompressed (04, x, y) or compressed (02 or 03, x). */
function pointBits(point: Buffer): number | undefined {
  if (point.length < 3) return undefined
  return (point[0] === 0x04 ? (point.length - 1) / 2 : point.length - 1) * 8
}

/** One element of DER: its tag byte, its content, and all its bytes. */
export interface DerElement {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** [0] to [3], constructed. */
  explicit0: 0xa0,
  explicit3: 0xa3,
} as const

/**
 * Reads the first element of `bytes`; undefined if there is none. The bytes come from the network: nothing is read past
 * their end, and forms outside DER (indefinite length, tags of several bytes) are refused.
 */
export function readElement(bytes: Buffer): DerElement | undefined {
  const tag = bytes[0]
  const first = bytes[1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthBytes > 4 || bytes.length < 2 + lengthBytes) return undefined
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  const start = 2 + lengthBytes
  if (bytes.length < start + length) return undefined
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) }
}

/** Reads consecutive elements; undefined unless they fill `bytes` exactly. */
export function readElements(bytes: Buffer): readonly DerElement[] | undefined {
  const elements: DerElement[] = []
  for (let rest = bytes; rest.length > 0; ) {
    const element = readElement(rest)
    if (!element) return undefined
    elements.push(element)
    rest = rest.subarray(element.whole.length)
  }
  return elements
}

/** Reads the elements inside `element`; undefined if it has another tag or they do not fill it. */
export function readInside(element: DerElement | undefined, tag: number): readonly DerElement[] | undefined {
  return element?.tag === tag ? readElements(element.content) : undefined
}

/** Returns the content of an object identifier in hexadecimal, the form in which identifiers are compared here. */
export function readOid(element: DerElement | undefined): string | undefined {
  return element?.tag === TAG.oid ? element.content.toString('hex') : undefined
}

/** Reads UTCTime or GeneralizedTime in the only form allowed in certificates and CRLs (RFC 5280 §4.1.2.5). */
export function readTime(element: DerElement | undefined): Date | undefined {
  if (!element) return undefined
  const text = element.content.toString('latin1')
  const short = element.tag === TAG.utcTime && /^\d{12}Z$/.test(text)
  const long = element.tag === TAG.generalizedTime && /^\d{14}Z$/.test(text)
  if (!short && !long) return undefined
  const digits = short ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text
  const date = new Date(digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(date.getTime()) ? undefined : date
}

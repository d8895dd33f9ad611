import { printable } from '../text/printable.ts'
import { type DerElement, readInside, readOid, TAG } from './der.ts'

/** id-at-commonName, 2.5.4.3 */
const COMMON_NAME = '550403'

/** OpenSSL's short names of attributes; others are printed by their object identifier. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  [COMMON_NAME]: 'CN',
  '550405': 'serialNumber',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '55040a': 'O',
  '55040b': 'OU',
  '2a864886f70d010901': 'emailAddress',
  '0992268993f22c640119': 'DC',
}

/** Longest name in text, in characters: a certificate may have any number of attributes. */
const LONGEST = 1000

/** Returns the bytes of the first common name, of any string type. */
export function firstCommonName(name: DerElement): Buffer | undefined {
  return attributesOf(name).find(({ oid }) => oid === COMMON_NAME)?.value.content
}

/** Returns a subject or issuer on one line, as OpenSSL prints it: `O=Example, CN=Example root`. */
export function nameText(name: DerElement): string {
  const attributes = attributesOf(name).map(
    ({ oid, value }) => `${SHORT_NAMES[oid] ?? oid}=${printable(textOf(value))}`,
  )
  return printable(attributes.join(', '), LONGEST)
}

interface Attribute {
  readonly oid: string
  readonly value: DerElement
}

function attributesOf(name: DerElement): readonly Attribute[] {
  const attributes: Attribute[] = []
  for (const relativeName of readInside(name, TAG.sequence) ?? []) {
    for (const attribute of readInside(relativeName, TAG.set) ?? []) {
      const [type, value] = readInside(attribute, TAG.sequence) ?? []
      const oid = readOid(type)
      if (oid !== undefined && value) attributes.push({ oid, value })
    }
  }
  return attributes
}

const UTF8_STRING = 0x0c
const BMP_STRING = 0x1e

function textOf({ tag, content }: DerElement): string {
  if (tag === UTF8_STRING) return content.toString('utf8')
  if (tag === BMP_STRING && content.length % 2 === 0) return Buffer.from(content).swap16().toString('utf16le')
  return content.toString('latin1')
}

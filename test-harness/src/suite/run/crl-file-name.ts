import { createHash } from 'node:crypto'
import { der } from '../../certificates/subject-alternative-names.ts'

/** OpenSSL's name of a list in a CRL folder: the hash of its issuer in canonical form, then `.r0`. */
export function crlFileName(commonNames: readonly string[]): string {
  const names = [rdn(0x0a, 'Verifull'), ...commonNames.map((name) => rdn(0x03, name))]
  const digest = createHash('sha1').update(Buffer.concat(names)).digest()
  return `${digest.readUInt32LE(0).toString(16).padStart(8, '0')}.r0`
}

/** One attribute in OpenSSL's canonical form: UTF8String in lower case. */
function rdn(attribute: number, value: string): Buffer {
  const type = der(0x06, Buffer.from([0x55, 0x04, attribute]))
  const text = der(0x0c, Buffer.from(value.toLowerCase(), 'utf8'))
  return der(0x31, der(0x30, Buffer.concat([type, text])))
}

import { isIPv6 } from 'node:net'

/**
 * One subject alternative name. `raw` takes bytes as they are, for names that no proper authority would sign: an
 * embedded NUL, an address of three bytes.
 */
export type AlternativeName =
  | { readonly dns: string }
  | { readonly ip: string }
  | { readonly raw: Uint8Array; readonly type: 'dns' | 'ip' | 'email' | 'uri' }

/** Tags of GeneralName, RFC 5280 §4.2.1.6. */
const TAGS = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const

/** The value of the extension subjectAltName in DER. */
export function alternativeNames(names: readonly AlternativeName[]): Buffer {
  return der(0x30, Buffer.concat(names.map(generalName)))
}

function generalName(name: AlternativeName): Buffer {
  if ('raw' in name) return der(TAGS[name.type], Buffer.from(name.raw))
  if ('dns' in name) return der(TAGS.dns, Buffer.from(name.dns, 'latin1'))
  return der(TAGS.ip, addressBytes(name.ip))
}

/** The 4 or 16 bytes of an IP address. */
function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...new Array<string>(missing).fill('0'), ...groups(tail ?? '')]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** One element of DER: tag, length, content. */
export function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const octets = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...octets]), content])
}

import { isIPv6, SocketAddress } from 'node:net'

/**
 * Returns the bytes of a host that libpq treats as an address: everything that `inet_aton` accepts, or IPv6; undefined
 * for a name.
 */
export function addressBytes(host: string): Buffer | undefined {
  return ipv4Bytes(host) ?? ipv6Bytes(host)
}

/**
 * Returns the bytes of a socket's address: without its zone, and 4 bytes for an IPv4 peer of an IPv6 socket (RFC 4291
 * §2.5.5.2).
 */
export function peerBytes(address: string): Buffer | undefined {
  const bytes = addressBytes(address.replace(/%.*$/, ''))
  return bytes?.length === 16 && bytes.subarray(0, 12).equals(IPV4_MAPPED) ? bytes.subarray(12) : bytes
}

const IPV4_MAPPED = Buffer.from('00000000000000000000ffff', 'hex')

/** Returns an address in a certificate as text; undefined if it has neither 4 nor 16 bytes. */
export function addressText(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) return undefined
  const address = bytes.toString('hex').match(/..../g)?.join(':') ?? ''
  return new SocketAddress({ address, family: 'ipv6' }).address
}

/**
 * Reads `127.1`, `2130706433`, `0x7f.1` and `0177.0.0.1` as 127.0.0.1: one to four numbers, of which the last one fills
 * the rest.
 */
function ipv4Bytes(host: string): Buffer | undefined {
  const parts = host.split('.').map(numberOf)
  const last = parts.pop()
  const width = 4 - parts.length
  if (last === undefined || width < 1 || last >= 256 ** width) return undefined
  if (!parts.every((part) => part !== undefined && part < 256)) return undefined
  const bytes = Buffer.from([...(parts as number[]), 0, 0, 0, 0].slice(0, 4))
  bytes.writeUIntBE(last, 4 - width, width)
  return bytes
}

function numberOf(part: string): number | undefined {
  if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8)
  return /^(0x[0-9a-f]+|[1-9]\d*)$/i.test(part) ? Number(part) : undefined
}

function ipv6Bytes(host: string): Buffer | undefined {
  if (host.includes('%') || !isIPv6(host)) return undefined
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)
  const hex = (a: string | undefined, b: string | undefined) => (Number(a) * 256 + Number(b)).toString(16)
  const address = dotted ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}` : host
  const [head, tail] = address.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const gap = new Array<string>(8 - (head?.length ?? 0) - (tail?.length ?? 0)).fill('0')
  const groups = tail ? [...(head ?? []), ...gap, ...tail] : (head ?? [])
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

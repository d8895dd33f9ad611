import { peerBytes } from './ip-address.ts'

/**
 * True for an address that routers of the Internet do not forward: RFC 1918, unique local and link-local ones, as
 * container networks have them. Loopback is not among them.
 */
export function isPrivateAddress(address: string): boolean {
  const bytes = peerBytes(address)
  if (!bytes) return false
  const [first = 0, second = 0] = bytes
  if (bytes.length === 16) return (first & 0xfe) === 0xfc || (first === 0xfe && (second & 0xc0) === 0x80)
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254)
  )
}

/**
 * Domains that are not in the public DNS: RFC 6762 and 8375, ICANN's .internal, and those of Docker, Kubernetes and
 * routers.
 */
const PRIVATE_DOMAIN = /\.(internal|local|lan|home|home\.arpa|localdomain|svc|docker)$/

/**
 * True for a host that may be on a private network by its name or address, such as a service of Compose or CI (`db`,
 * `postgres`).
 *
 * A name proves nothing: a permission that depends on it must also check the peer of the open socket.
 */
export function isPrivateName(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  if (peerBytes(name)) return isPrivateAddress(name)
  return /^[a-z_][a-z0-9_-]*$/.test(name) || PRIVATE_DOMAIN.test(name)
}

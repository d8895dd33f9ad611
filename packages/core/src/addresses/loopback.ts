import dns from 'node:dns'
import type { LookupFunction } from 'node:net'
import { peerBytes } from './ip-address.ts'

/**
 * True for a host that leads to this machine by its name or address, in every spelling that the resolver accepts.
 *
 * A name proves nothing: a permission that depends on it, such as plaintext, must also check the peer of the open
 * socket, or use {@link lookupLoopback}.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return isLoopbackAddress(name) || /^([^.]+\.)*localhost(\.localdomain)?\.?$/.test(name)
}

/** True for an address of the loopback interface, or the one that means any address of this machine. */
export function isLoopbackAddress(address: string): boolean {
  const bytes = peerBytes(address)
  if (!bytes) return false
  if (bytes.length === 4) return bytes[0] === 127 || bytes.every((byte) => byte === 0)
  return bytes.subarray(0, 15).every((byte) => byte === 0) && Number(bytes[15]) <= 1
}

/** Node's `lookup`, restricted: it fails for a name that leads to another machine. */
export const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, found) => {
    const elsewhere = found?.find(({ address }) => !isLoopbackAddress(address))
    const [first] = found ?? []
    if (error) callback(error, '')
    else if (elsewhere || !first) callback(notLoopback(hostname, elsewhere?.address), '')
    else if (options.all) callback(null, found)
    else callback(null, first.address, first.family)
  })
}

function notLoopback(hostname: string, address = 'nowhere'): NodeJS.ErrnoException {
  const error = new Error(`${hostname} leads to ${address}, which is not this machine`)
  return Object.assign(error, { code: 'ENOTLOOPBACK' })
}

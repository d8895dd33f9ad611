import type { Endpoint } from '../addresses/endpoint.ts'
import { isLoopback } from '../addresses/loopback.ts'
import { isPrivateName } from '../addresses/private-network.ts'

/**
 * True for a server on this machine, by its name and by its address: a name that is dialed on loopback under another
 * address is the far end of a tunnel. The dialer checks the address of the socket as well.
 */
export function isOnThisMachine(endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'tcp') return endpoint.kind === 'socket'
  const { host, address } = endpoint
  return isLoopback(host) && (address === undefined || isLoopback(address))
}

/** True for a server that may be on a private network, by its name and by its address; the dialer checks the socket. */
export function isPrivate(endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'tcp') return false
  const { host, address } = endpoint
  return isPrivateName(host) && (address === undefined || isPrivateName(address))
}

import { isLoopback } from '../addresses/loopback.ts'
import { isPrivateName } from '../addresses/private-network.ts'
import type { Endpoint } from '../merge/endpoints.ts'

/**
 * True for an endpoint that is this machine by its name and by its address; a name that is dialed on loopback under
 * another address is the far end of a tunnel. The dialer asks the socket once more.
 */
export function isOnThisMachine({ host, address, socketPath }: Endpoint): boolean {
  return socketPath !== undefined || (isLoopback(host) && (address === undefined || isLoopback(address)))
}

/** True for an endpoint that may be on a private network by its name and by its address; the dialer asks the socket. */
export function isPrivate({ host, address, socketPath }: Endpoint): boolean {
  return socketPath === undefined && isPrivateName(host) && (address === undefined || isPrivateName(address))
}

/** `host:port`, as messages name an endpoint. */
export function placeOf({ host, port }: Endpoint): string {
  return `${host}:${port}`
}

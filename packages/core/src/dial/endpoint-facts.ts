import { isIP } from 'node:net'
import { isLoopbackAddress } from '../addresses/loopback.ts'
import { isPrivateAddress } from '../addresses/private-network.ts'
import { poolerOf, providerOf } from '../hosts/providers.ts'
import type { EndpointFacts, ServerFacts } from '../policy/live-facts.ts'
import type { Dialed } from './dialed.ts'

/**
 * Facts of the path to the server.
 *
 * @param server The server's view of the session, if it was collected: a pooler shows by it.
 * @param poolMax The greatest number of connections of one process, if it has a pool.
 * @param instances The processes that have such a pool each.
 */
export function endpointFacts(
  { attestation, backendKey }: Dialed,
  server: ServerFacts | undefined,
  poolMax: number | undefined,
  instances = 1,
): EndpointFacts {
  const { host, port, address } = attestation
  const provider = providerOf(host)?.name
  const pooler = poolerOf(host, port) ?? (isOfAnother(backendKey, server) ? UNNAMED : undefined)
  const connections = pooler === undefined ? server && connectionsFor(server) : undefined
  return {
    peer: `${host}:${port}`,
    address,
    network: networkOf(address),
    plaintextBehind: attestation.encrypted && server !== undefined && server.encrypted !== true,
    ...(provider !== undefined && { provider }),
    ...(pooler !== undefined && { pooler }),
    ...(poolMax !== undefined && { poolMax, instances }),
    ...(connections !== undefined && { connections }),
  }
}

const UNNAMED = 'a pooler or proxy'

/** True if the login announced another process than the one that answers: poolers make up the keys for cancel requests. */
function isOfAnother(key: Dialed['backendKey'], server: ServerFacts | undefined): boolean {
  return key !== undefined && server?.backend !== undefined && key.processId !== server.backend
}

function networkOf(address: string): EndpointFacts['network'] {
  if (isIP(address) === 0 || isLoopbackAddress(address)) return 'this machine'
  return isPrivateAddress(address) ? 'private' : 'public'
}

/** The connections that a role without superuser's rights may have: all but the reserved ones, or its own limit. */
function connectionsFor({ settings, connectionLimit = Number.POSITIVE_INFINITY }: ServerFacts): number | undefined {
  const { max_connections: all, superuser_reserved_connections: superusers, reserved_connections: others } = settings
  if (all === undefined) return undefined
  return Math.min(connectionLimit, Number(all) - Number(superusers ?? 0) - Number(others ?? 0))
}

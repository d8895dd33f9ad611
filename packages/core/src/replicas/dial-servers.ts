import type { Network } from '../dial/channel.ts'
import { dialAny } from '../dial/dial.ts'
import type { Dialed } from '../dial/dialed.ts'
import { network } from '../dial/network.ts'
import { checkedProfiles } from '../profile/checked-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { readServersOf } from './read-servers.ts'

/**
 * Establishes one connection for a pool: as {@link dialAny} does, except that profiles of replicas lead to these in turn, to
 * other replicas of their configuration if those are away, and then to the primary.
 *
 * A replica that is known to be away costs no time; it is tried again each second while connections of its configuration are
 * open. A connection that came to another server than its own is replaced when its own is back.
 *
 * @throws the errors of {@link dial}. A server that cannot be verified or rejects the login ends the search.
 *
 * @example
 * const replica = { host: 'db.example', hostaddr: '127.0.0.1', port: Number(process.env.PGPORT) }
 * const { replicas } = resolveProfile({ settings: { host: 'db.example', replicas: [replica] } })
 * const { socket, attestation } = await dialServers(replicas)
 * console.log(attestation.tls?.verification) // full
 * socket.destroy()
 */
export async function dialServers(
  profiles: readonly Profile[],
  startup: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
  through: Network = network,
): Promise<Dialed> {
  checkedProfiles(profiles, 'dialServers', 'profiles')
  const group = profiles[0]?.reads
  if (!group) return await dialAny(profiles, startup, signal, through)
  return await readServersOf(group, through).dial(profiles, startup, signal)
}

import type { Endpoint } from '../merge/endpoints.ts'
import type { Profile } from '../profile/profile.ts'
import { bare } from '../text/record.ts'
import type { Channel, Network, Target } from './channel.ts'
import { openPeer } from './require-peer.ts'

/** Opens a connection to one address, or to a Unix socket whose owner is checked if `requirepeer` is set. */
export async function openChannel(
  { keepAlive, requirepeer }: Profile,
  { socketPath, port }: Endpoint,
  address: string,
  network: Network,
  signal: AbortSignal,
): Promise<Channel> {
  const target = bare<Target>(socketPath === undefined ? { address, port, keepAlive } : { socketPath })
  const open = () => network.open(target, signal)
  return socketPath !== undefined && requirepeer ? await openPeer(socketPath, requirepeer, open) : await open()
}

import type { Address } from '../addresses/endpoint.ts'
import type { Profile } from '../profile/profile.ts'
import { bare } from '../text/record.ts'
import type { Channel, Network, Target } from './channel.ts'
import { openPeer } from './require-peer.ts'

/** Opens a connection to one address, or to a Unix socket whose owner is checked if `requirepeer` is set. */
export async function openChannel(
  { keepAlive, requirepeer }: Profile,
  { endpoint, address }: Address,
  network: Network,
  signal: AbortSignal,
): Promise<Channel> {
  const { kind, port } = endpoint
  if (kind === 'tcp') return await network.open(bare<Target>({ address, port, keepAlive }), signal)
  const open = () => network.open(bare<Target>({ socketPath: address }), signal)
  return requirepeer ? await openPeer(address, requirepeer, open) : await open()
}

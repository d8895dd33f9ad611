import type { SecretPlace } from '../../errors/credentials-error.ts'
import { importPeer } from '../import-peer.ts'
import type { VaultClient, VaultSettings } from './settings.ts'
import { vaultTransport } from './transport.ts'

interface NodeVault {
  readonly default: (options: object) => VaultClient
}

/** Gives a client of node-vault that knows no token, reads no variables and prints nothing. */
export async function openVault(settings: VaultSettings, place: SecretPlace): Promise<VaultClient> {
  if (settings.client) return settings.client
  const { default: open } = await importPeer<NodeVault>('node-vault', place, () => import('node-vault'))
  const client = open({
    endpoint: settings.address,
    // Its own debug output would show what is written to the store.
    debug() {},
    'request-promise': { defaults: () => vaultTransport(settings, place) },
  })
  // Where an option is empty, it looks for a variable.
  return Object.assign(client, { token: '', namespace: settings.namespace ?? '', pathPrefix: '' })
}

import type { SecretLocation } from '../../errors/credentials-error.ts'
import { missingPackage } from '../missing-package.ts'
import type { VaultClient, VaultSettings } from './settings.ts'
import { vaultTransport } from './transport.ts'

/** Makes a client of node-vault without a token, which reads no variables and prints nothing. */
export async function openVault(settings: VaultSettings, place: SecretLocation): Promise<VaultClient> {
  if (settings.client) return settings.client
  const open = await load(place)
  const client = open({
    endpoint: settings.address,
    // Its own debug output would show the data written to the store.
    debug() {},
    'request-promise': { defaults: () => vaultTransport(settings, place) },
  })
  // For an empty option, it reads a variable.
  return Object.assign(client, { token: '', namespace: settings.namespace ?? '', pathPrefix: '' })
}

async function load(place: SecretLocation): Promise<(options: object) => VaultClient> {
  try {
    const { default: open } = await import('node-vault')
    return open
  } catch (error) {
    throw missingPackage('node-vault', place, error)
  }
}

import type { CredentialsProvider } from '../credentials/credentials.ts'
import { retried } from '../credentials/retried.ts'
import type { SecretPlace } from '../errors/credentials-error.ts'
import { environmentOf } from '../settings/environment.ts'
import { credentialsInFields, type SecretKeys } from './secret-fields.ts'
import { type KvPath, kvPathOf } from './vault-kv-path.ts'
import { VaultSession } from './vault-session.ts'
import type { VaultSettings } from './vault-settings.ts'
import { resolveVault } from './vault-variables.ts'

/** Which secret of a key-value engine to read. */
export interface VaultKvSettings extends VaultSettings {
  /** As `vault kv get` spells it (`secret/app/production`) or as the API does (`secret/data/app/production`). */
  readonly path: string
  /** The names of the secret's fields, where they are not the usual ones. */
  readonly keys?: SecretKeys
}

/**
 * Reads credentials from a key-value engine of Vault or OpenBao, version 1 or 2, through the optional peer `node-vault`.
 *
 * @throws {@link ConfigurationError} where no address or no way to log in is configured; {@link CredentialsError} from the
 *   provider: `CREDENTIALS_NOT_FOUND`, `_DENIED`, `_INVALID`, `_PACKAGE`, and `_UNAVAILABLE` once the time is over.
 * @see https://openbao.org/docs/secrets/kv/
 *
 * @example
 * const address = 'https://vault.example'
 * const secrets = vaultKv({ address, path: 'secret/orders', auth: { method: 'token', token: { file: 'token' } } })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function vaultKv(settings: VaultKvSettings, variables = environmentOf().variables): CredentialsProvider {
  const path = settings.path.split('/').filter(Boolean).join('/')
  const place: SecretPlace = { store: 'Vault', secret: path }
  const session = new VaultSession(resolveVault(settings, variables), place)
  /** Where it was the last time that it was there. */
  let found: KvPath | undefined

  return retried(async ({ signal }) => {
    const at = found ?? (await kvPathOf(session, path, signal))
    found = undefined
    const { data } = await session.read(at.path, signal)
    const { data: fields, metadata } = (data ?? {}) as { data?: unknown; metadata?: { version?: unknown } }
    const credentials = credentialsInFields(at.version === 2 ? fields : data, place, settings.keys)
    found = at
    return at.version === 2 ? { ...credentials, version: String(metadata?.version ?? '') } : credentials
  })
}

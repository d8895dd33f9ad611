import type { CredentialsProvider } from '../../credentials/credentials.ts'
import { retried } from '../../credentials/retried.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { environmentOf } from '../../system/environment.ts'
import { credentialsInFields, type SecretKeys } from '../secret-fields.ts'
import { kvSecret, type VaultKvPath } from './kv-secret.ts'
import { VAULT_KINDS } from './settings.ts'

/** Which secret of a key-value engine to read. */
export interface VaultKvSettings extends VaultKvPath {
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
  const { keys, ...secret } = checkedSettings(settings, 'vaultKv', { ...VAULT_KINDS, path: 'any', keys: 'object' })
  const ask = kvSecret(secret, variables, (fields, place) => credentialsInFields(fields, place, keys))
  return retried(({ signal }) => ask(signal))
}

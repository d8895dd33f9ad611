import { madeOf } from '../../credentials/closing.ts'
import type { CredentialsProvider } from '../../credentials/credentials.ts'
import { retried } from '../../credentials/retried.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { environmentOf } from '../../system/environment.ts'
import { credentialsInFields, type SecretKeys } from '../secret-fields.ts'
import { kvSecret, type VaultKvPath } from './kv-secret.ts'
import { VAULT_KINDS } from './settings.ts'

/** Location of the credentials in a key-value engine. */
export interface VaultKvSettings extends VaultKvPath {
  /** Names of the secret's fields. Default: the usual names. */
  readonly keys?: SecretKeys
}

/**
 * Reads credentials from a key-value engine of Vault or OpenBao, version 1 or 2, through the optional peer
 * `node-vault`.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` without an address or a login; {@link CredentialsError} from the
 * provider: `CREDENTIALS_NOT_FOUND`, `CREDENTIALS_DENIED`, `CREDENTIALS_INVALID` for another content,
 * `CREDENTIALS_PACKAGE` without the peer, and `CREDENTIALS_UNAVAILABLE` after `timeoutMs`.
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
  return retried(madeOf([ask], ({ signal }) => ask(signal)))
}

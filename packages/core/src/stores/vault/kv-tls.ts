import { madeOf } from '../../credentials/closing.ts'
import type { CredentialsRequest } from '../../credentials/credentials.ts'
import { again } from '../../credentials/retried.ts'
import type { TlsProvider } from '../../credentials/tls-provider.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { environmentOf } from '../../system/environment.ts'
import { type TlsKeys, tlsInFields } from '../tls-fields.ts'
import { kvSecret, type VaultKvPath } from './kv-secret.ts'
import { VAULT_KINDS } from './settings.ts'

/** Location of the TLS material in a key-value engine. */
export interface VaultKvTlsSettings extends VaultKvPath {
  /** Names of the secret's fields. Default: the usual names. */
  readonly keys?: TlsKeys
}

/**
 * Reads trusted roots, or a client certificate with its key, from a key-value engine of Vault or OpenBao, through the
 * optional peer `node-vault`: fields `sslrootcert`, `sslcert` and `sslkey` in PEM, `ca`, `cert` and `key`, or `tls.crt`
 * and `tls.key`.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` without an address or a login; {@link CredentialsError} from the
 * provider, with the codes of `vaultKv`.
 *
 * @example
 * const address = 'https://vault.example'
 * const tls = vaultKvTls({ address, path: 'secret/orders/ca', auth: { method: 'token', token: { file: 'token' } } })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'app', tls } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function vaultKvTls(settings: VaultKvTlsSettings, variables = environmentOf().variables): TlsProvider {
  const { keys, ...secret } = checkedSettings(settings, 'vaultKvTls', { ...VAULT_KINDS, path: 'any', keys: 'object' })
  const ask = kvSecret(secret, variables, (fields, place) => tlsInFields(fields, place, keys))
  return madeOf([ask], ({ signal }: CredentialsRequest) => again(() => ask(signal), signal))
}

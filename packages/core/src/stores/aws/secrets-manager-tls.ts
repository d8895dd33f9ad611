import { madeOf } from '../../credentials/closing.ts'
import type { CredentialsRequest } from '../../credentials/credentials.ts'
import { again } from '../../credentials/retried.ts'
import type { TlsProvider } from '../../credentials/tls-provider.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { type TlsKeys, tlsInBytes, tlsInText } from '../tls-fields.ts'
import { SECRET_KINDS, type SecretSettings, secretOf } from './aws-secret.ts'

/** Location of the TLS material in AWS Secrets Manager. */
export interface SecretsManagerTlsSettings extends SecretSettings {
  /** The stage that holds the valid version. Default `AWSCURRENT`. */
  readonly stage?: string
  /** Names of the secret's fields. Default: the usual names. */
  readonly keys?: TlsKeys
}

/**
 * Reads trusted roots, or a client certificate with its key, from AWS Secrets Manager, through the optional peer
 * `@aws-sdk/client-secrets-manager`: `{ "sslrootcert": …, "sslcert": …, "sslkey": … }` in PEM, `ca`, `cert` and `key`,
 * `tls.crt` and `tls.key`, or PEM text alone.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if `secretId` is invalid, or `AWS_ENDPOINT_URL` is plain http to
 * another machine; {@link CredentialsError} from the provider, with the codes of `awsSecretsManager`.
 *
 * @example
 * const tls = awsSecretsManagerTls({ secretId: 'orders/certificate', region: 'eu-west-1' })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'app', tls } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function awsSecretsManagerTls(settings: SecretsManagerTlsSettings): TlsProvider {
  const { stage = 'AWSCURRENT', keys, ...secret } = checkedSettings(settings, 'awsSecretsManagerTls', SECRET_KINDS)
  const { place, ask } = secretOf(secret)
  return madeOf([ask], ({ signal }: CredentialsRequest) =>
    again(async () => {
      const { value, version } = await ask(stage, signal)
      const material = typeof value === 'string' ? tlsInText(value, place, keys) : tlsInBytes(value, place, keys)
      return { ...material, ...(version !== undefined && { version }) }
    }, signal),
  )
}

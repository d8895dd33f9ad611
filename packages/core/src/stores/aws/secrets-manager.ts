import { madeOf } from '../../credentials/closing.ts'
import type { Credentials, CredentialsProvider, CredentialsRequest } from '../../credentials/credentials.ts'
import { AWAITED_MS, again } from '../../credentials/retried.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { credentialsInBytes, credentialsInText, type SecretKeys } from '../secret-fields.ts'
import { SECRET_KINDS, type SecretSettings, secretOf } from './aws-secret.ts'
import { otherVersion } from './rotation-stages.ts'

/** Location of the credentials in AWS Secrets Manager. */
export interface SecretsManagerSettings extends SecretSettings {
  /** The stage of the valid secret. Default `AWSCURRENT`; with another one, no other version is tried. */
  readonly stage?: string
  /** Names of the secret's fields. Default: the usual names. */
  readonly keys?: SecretKeys
}

/**
 * Reads credentials from AWS Secrets Manager, through the optional peer `@aws-sdk/client-secrets-manager`.
 *
 * It reads all shapes of RDS secrets, and a secret that is the password itself. A rejected secret is assumed to be in
 * rotation: the pending version (`AWSPENDING`) is tried next, then the previous one (`AWSPREVIOUS`).
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if `secretId` is invalid, or `AWS_ENDPOINT_URL` is plain http to
 * another machine; {@link CredentialsError} from the provider: `CREDENTIALS_NOT_FOUND`, `CREDENTIALS_DENIED`,
 * `CREDENTIALS_INVALID` for another content, `CREDENTIALS_PACKAGE` without the peer, and `CREDENTIALS_UNAVAILABLE`
 * after `timeoutMs`.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
 *
 * @example
 * const secrets = awsSecretsManager({ secretId: 'orders/production', region: 'eu-west-1' })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function awsSecretsManager(settings: SecretsManagerSettings): CredentialsProvider {
  const { stage = 'AWSCURRENT', keys, ...secret } = checkedSettings(settings, 'awsSecretsManager', SECRET_KINDS)
  const { place, ask } = secretOf(secret)

  async function read(wanted: string, signal: AbortSignal, once?: 'once'): Promise<Credentials> {
    const { value, version } = await ask(wanted, signal, once)
    const credentials =
      typeof value === 'string' ? credentialsInText(value, place, keys) : credentialsInBytes(value, place, keys)
    return { ...credentials, ...(version !== undefined && { version }) }
  }

  return madeOf([ask], async ({ signal, rejected = [], search }: CredentialsRequest) => {
    if (rejected.length === 0) return await again(() => read(stage, signal), signal)
    const soon = (wanted: string, bounded: AbortSignal) =>
      again(() => read(wanted, bounded, 'once'), bounded, { mostMs: AWAITED_MS })
    if (stage !== 'AWSCURRENT') return await soon(stage, signal)
    return await otherVersion({ rejected, search, signal, read: soon })
  })
}

import type { Credentials, CredentialsProvider } from '../../credentials/credentials.ts'
import { AWAITED_MS, again } from '../../credentials/retried.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { credentialsInBytes, credentialsInText, type SecretKeys } from '../secret-fields.ts'
import { SECRET_KINDS, type SecretSettings, secretOf } from './aws-secret.ts'
import { otherVersion } from './rotation-stages.ts'

/** Which secret of AWS Secrets Manager to read. */
export interface SecretsManagerSettings extends SecretSettings {
  /** The stage that holds the valid secret. Default `AWSCURRENT`; with another one, no other version is tried. */
  readonly stage?: string
  /** The names of the secret's fields, where they are not the usual ones. */
  readonly keys?: SecretKeys
}

/**
 * Reads credentials from AWS Secrets Manager, through the optional peer `@aws-sdk/client-secrets-manager`.
 *
 * All shapes of RDS secrets are understood, and a secret that is the password itself. A secret that the database refuses is
 * taken for one in rotation: the version that is about to become valid (`AWSPENDING`) is given next, then the one that was
 * valid before (`AWSPREVIOUS`).
 *
 * @throws {@link ConfigurationError} where `secretId` is no name, or `AWS_ENDPOINT_URL` is plain http to another machine;
 *   {@link CredentialsError} from the provider: `CREDENTIALS_NOT_FOUND`, `_DENIED`, `_INVALID`, `_PACKAGE`, and
 *   `_UNAVAILABLE` once the time of the request is over.
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

  return async ({ signal, rejected = [], search }) => {
    if (rejected.length === 0) return await again(() => read(stage, signal), signal)
    const soon = (wanted: string, bounded: AbortSignal) =>
      again(() => read(wanted, bounded, 'once'), bounded, { mostMs: AWAITED_MS })
    if (stage !== 'AWSCURRENT') return await soon(stage, signal)
    return await otherVersion({ rejected, search, signal, read: soon })
  }
}

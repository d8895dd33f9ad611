import { areSame, type Credentials, type CredentialsProvider } from '../credentials/credentials.ts'
import { retried } from '../credentials/retried.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'
import { awsFailure } from './aws-failure.ts'
import { regionOf } from './aws-region.ts'
import { missingPackage } from './missing-package.ts'
import { credentialsInText, type SecretKeys } from './secret-fields.ts'

/** Which secret of AWS Secrets Manager to read. */
export interface SecretsManagerSettings {
  /** Name or ARN. */
  readonly secretId: string
  /** Default: that of the ARN, else what the AWS SDK finds (`AWS_REGION`, the shared configuration). */
  readonly region?: string
  /** The stage that holds the valid secret. Default `AWSCURRENT`. */
  readonly stage?: string
  /** The names of the secret's fields, where they are not the usual ones. */
  readonly keys?: SecretKeys
  /** A `SecretsManagerClient` of your own. Default: one with the SDK's own settings. */
  readonly client?: SecretsManager
}

/** What is used of a `SecretsManagerClient`. */
export interface SecretsManager {
  // biome-ignore lint/suspicious/noExplicitAny: the commands of every version of the SDK's client fit
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>
}

/**
 * Reads credentials from AWS Secrets Manager, through the optional peer `@aws-sdk/client-secrets-manager`.
 *
 * All shapes of RDS secrets are understood, and a secret that is the password itself. A secret that the database refuses is
 * taken for one in rotation: the version that is about to become valid (`AWSPENDING`) is given next, then the one that was
 * valid before (`AWSPREVIOUS`).
 *
 * @throws {@link CredentialsError} from the provider: `CREDENTIALS_NOT_FOUND`, `_DENIED`, `_INVALID`, `_PACKAGE`, and
 *   `_UNAVAILABLE` once the time of the request is over.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
 *
 * @example
 * const secrets = awsSecretsManager({ secretId: 'orders/production', region: 'eu-west-1' })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function awsSecretsManager(settings: SecretsManagerSettings): CredentialsProvider {
  const { secretId, stage = 'AWSCURRENT', keys } = settings
  const place: SecretPlace = { store: 'AWS Secrets Manager', secret: secretId }
  const session = sessionOf(settings, place)

  async function read(wanted: string, signal: AbortSignal): Promise<Credentials> {
    try {
      const { client, GetSecretValueCommand } = await session()
      // The stage is always named: that is what makes the answer follow a rotation everywhere.
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: wanted })
      const { SecretString, SecretBinary, VersionId } = await client.send(command, { abortSignal: signal })
      const text = SecretString ?? Buffer.from(SecretBinary ?? []).toString('utf8')
      return { ...credentialsInText(text, place, keys), ...(VersionId && { version: VersionId }) }
    } catch (error) {
      signal.throwIfAborted()
      throw awsFailure(error, place, 'secretsmanager:GetSecretValue')
    }
  }

  return retried(async ({ signal, rejected = [] }) => {
    const current = await read(stage, signal)
    const isRefused = (one: Credentials) => rejected.some((refused) => isSame(refused, one))
    if (!isRefused(current) || stage !== 'AWSCURRENT') return current
    for (const other of ['AWSPENDING', 'AWSPREVIOUS']) {
      const candidate = await read(other, signal).catch(noSuchStage)
      if (candidate && !isRefused(candidate)) return candidate
    }
    return current
  })
}

/** The settings may add a user to a secret that names none. */
function isSame(refused: Credentials, one: Credentials): boolean {
  return areSame(refused, {
    ...one,
    ...(one.user === undefined && refused.user !== undefined && { user: refused.user }),
  })
}

/** A stage that no version has, or that holds no credentials yet, is no candidate. */
function noSuchStage(error: unknown): undefined {
  if (error instanceof CredentialsError && !error.retryable) return undefined
  throw error
}

function sessionOf({ client, region, secretId }: SecretsManagerSettings, place: SecretPlace) {
  let opened: SecretsManager | undefined = client
  return async () => {
    const sdk = await load(place)
    opened ??= new sdk.SecretsManagerClient(regionOf(region, secretId))
    return { client: opened, GetSecretValueCommand: sdk.GetSecretValueCommand }
  }
}

async function load(place: SecretPlace) {
  try {
    return await import('@aws-sdk/client-secrets-manager')
  } catch (error) {
    throw missingPackage('@aws-sdk/client-secrets-manager', place, error)
  }
}

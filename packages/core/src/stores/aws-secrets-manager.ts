import { type Credentials, type CredentialsProvider, isAmong } from '../credentials/credentials.ts'
import { retried } from '../credentials/retried.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'
import { refusePlainEndpoints, unheard } from './aws-endpoint.ts'
import { ANSWER_MS, askAws, checkedName } from './aws-question.ts'
import { regionOf } from './aws-region.ts'
import { missingPackage } from './missing-package.ts'
import { credentialsInBytes, credentialsInText, type SecretKeys } from './secret-fields.ts'

/** Which secret of AWS Secrets Manager to read. */
export interface SecretsManagerSettings {
  /** Name or ARN. */
  readonly secretId: string
  /** An ARN names its own. Default: what the AWS SDK finds (`AWS_REGION`, the shared configuration). */
  readonly region?: string
  /** The stage that holds the valid secret. Default `AWSCURRENT`; with another one, no other version is tried. */
  readonly stage?: string
  /** The names of the secret's fields, where they are not the usual ones. */
  readonly keys?: SecretKeys
  /** How long the store may take for one answer, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
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
  const { region, stage = 'AWSCURRENT', keys, timeoutMs = ANSWER_MS } = settings
  const secretId = checkedName(settings.secretId, 'secretId')
  const place: SecretPlace = { store: 'AWS Secrets Manager', secret: secretId }
  let { client } = settings
  if (!client) refusePlainEndpoints('SECRETS_MANAGER')

  async function read(wanted: string, signal: AbortSignal): Promise<Credentials> {
    const { SecretsManagerClient, GetSecretValueCommand } = await load(place)
    const question = { place, action: 'secretsmanager:GetSecretValue', timeoutMs }
    const answer = await askAws(question, signal, (bounded) => {
      client ??= new SecretsManagerClient(regionOf(region, secretId))
      // The stage is always named: that is what makes the answer follow a rotation everywhere.
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: wanted })
      return client.send(unheard(command, place), { abortSignal: bounded })
    })
    const { SecretString: text, SecretBinary: bytes, VersionId: version } = answer ?? {}
    const credentials =
      typeof text === 'string' ? credentialsInText(text, place, keys) : credentialsInBytes(bytes, place, keys)
    return { ...credentials, ...(typeof version === 'string' && { version }) }
  }

  return retried(async ({ signal, rejected = [] }) => {
    const current = await read(stage, signal)
    if (!isAmong(current, rejected) || stage !== 'AWSCURRENT') return current
    for (const other of ['AWSPENDING', 'AWSPREVIOUS']) {
      const candidate = await read(other, signal).catch(noCandidate)
      if (candidate && !isAmong(candidate, rejected)) return candidate
    }
    return current
  })
}

/** A stage that no version has, that we may not read or that holds no credentials yet, is no candidate. */
function noCandidate(error: unknown): undefined {
  if (!(error instanceof CredentialsError) || error.retryable) throw error
}

async function load(place: SecretPlace) {
  try {
    return await import('@aws-sdk/client-secrets-manager')
  } catch (error) {
    throw missingPackage('@aws-sdk/client-secrets-manager', place, error)
  }
}

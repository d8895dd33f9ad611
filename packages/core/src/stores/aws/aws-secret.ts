import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { endsBy } from '../../credentials/closing.ts'
import type { SecretLocation } from '../../errors/credentials-error.ts'
import { missingPackage } from '../missing-package.ts'
import { askOnce } from './ask-once.ts'
import { refusePlainEndpoints, requireSecureEndpoint } from './endpoint.ts'
import { ANSWER_MS, callAws, checkedName, regionOf } from './request.ts'

/** Location of a secret in AWS Secrets Manager. */
export interface SecretSettings {
  /** Name or ARN of the secret. */
  readonly secretId: string
  /** Region of the secret; an ARN names its own. Default: the AWS SDK's (`AWS_REGION`, the shared configuration). */
  readonly region?: string
  /** Limit of one answer of the store, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** A `SecretsManagerClient` to use. Default: one with the SDK's own settings. */
  readonly client?: SecretsManager
}

/** The kinds of the settings, the stage and the names of the fields included. */
export const SECRET_KINDS = {
  secretId: 'any',
  region: 'text',
  timeoutMs: 'number',
  client: 'any',
  stage: 'text',
  keys: 'object',
} as const

/** The used parts of a `SecretsManagerClient`. */
export interface SecretsManager {
  // biome-ignore lint/suspicious/noExplicitAny: the commands of every version of the SDK's client fit
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>
}

/** One version of a secret. */
export interface SecretValue {
  /** Text, bytes, or any other answer of the client. */
  readonly value: unknown
  readonly version?: string
}

/** A secret in the store. */
export interface AwsSecret {
  readonly place: SecretLocation
  /** Reads the version with the stage; `once` leaves retries to the caller. */
  ask(stage: string, signal: AbortSignal, once?: 'once'): Promise<SecretValue>
}

/** @throws {@link ConfigurationError} `CONFIGURATION` if the name is invalid, or the endpoint is not safe. */
export function secretOf({ region, timeoutMs = ANSWER_MS, ...settings }: SecretSettings): AwsSecret {
  const secretId = checkedName(settings.secretId, 'secretId')
  const place: SecretLocation = { store: 'AWS Secrets Manager', secret: secretId }
  const { client } = settings
  if (!client) refusePlainEndpoints('SECRETS_MANAGER')
  let own: SecretsManagerClient | undefined
  const ask: AwsSecret['ask'] = async (stage, signal, once) => {
    const { SecretsManagerClient, GetSecretValueCommand } = await load(place)
    const question = { place, action: 'secretsmanager:GetSecretValue', timeoutMs }
    const answer = await callAws(question, signal, (bounded) => {
      if (!client) own ??= new SecretsManagerClient(regionOf(region, secretId))
      const asked = client ?? (own as SecretsManagerClient)
      // The stage is always named, so that the answer follows a rotation everywhere.
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage })
      if (once) askOnce(command)
      return asked.send(requireSecureEndpoint(command, place), { abortSignal: bounded })
    })
    const { SecretString: text, SecretBinary: bytes, VersionId: version } = answer ?? {}
    return { value: text ?? bytes, ...(typeof version === 'string' && { version }) }
  }
  endsBy(ask, () => {
    own?.destroy()
    own = undefined
  })
  return { place, ask }
}

async function load(place: SecretLocation) {
  try {
    return await import('@aws-sdk/client-secrets-manager')
  } catch (error) {
    throw missingPackage('@aws-sdk/client-secrets-manager', place, error)
  }
}

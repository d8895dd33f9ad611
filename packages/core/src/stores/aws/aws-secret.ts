import type { SecretLocation } from '../../errors/credentials-error.ts'
import { missingPackage } from '../missing-package.ts'
import { askOnce } from './ask-once.ts'
import { refusePlainEndpoints, requireSecureEndpoint } from './endpoint.ts'
import { ANSWER_MS, callAws, checkedName, regionOf } from './request.ts'

/** Where a secret of AWS Secrets Manager is. */
export interface SecretSettings {
  /** Name or ARN. */
  readonly secretId: string
  /** An ARN names its own. Default: what the AWS SDK finds (`AWS_REGION`, the shared configuration). */
  readonly region?: string
  /** How long the store may take for one answer, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** A `SecretsManagerClient` of your own. Default: one with the SDK's own settings. */
  readonly client?: SecretsManager
}

/** What the settings of such a secret may be, with the stage and the names of its fields. */
export const SECRET_KINDS = {
  secretId: 'any',
  region: 'text',
  timeoutMs: 'number',
  client: 'any',
  stage: 'text',
  keys: 'object',
} as const

/** What is used of a `SecretsManagerClient`. */
export interface SecretsManager {
  // biome-ignore lint/suspicious/noExplicitAny: the commands of every version of the SDK's client fit
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>
}

/** One version of a secret. */
export interface SecretValue {
  /** Text, or bytes, or whatever else the client gave. */
  readonly value: unknown
  readonly version?: string
}

/** A secret that can be asked for. */
export interface AwsSecret {
  readonly place: SecretLocation
  /** Gives the version that has the stage; `once` leaves asking again to the caller. */
  ask(stage: string, signal: AbortSignal, once?: 'once'): Promise<SecretValue>
}

/** @throws {@link ConfigurationError} where the name is none, or the endpoint is not safe. */
export function secretOf({ region, timeoutMs = ANSWER_MS, ...settings }: SecretSettings): AwsSecret {
  const secretId = checkedName(settings.secretId, 'secretId')
  const place: SecretLocation = { store: 'AWS Secrets Manager', secret: secretId }
  let { client } = settings
  if (!client) refusePlainEndpoints('SECRETS_MANAGER')
  return {
    place,
    async ask(stage, signal, once) {
      const { SecretsManagerClient, GetSecretValueCommand } = await load(place)
      const question = { place, action: 'secretsmanager:GetSecretValue', timeoutMs }
      const answer = await callAws(question, signal, (bounded) => {
        client ??= new SecretsManagerClient(regionOf(region, secretId))
        // The stage is always named: that is what makes the answer follow a rotation everywhere.
        const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage })
        if (once) askOnce(command)
        return client.send(requireSecureEndpoint(command, place), { abortSignal: bounded })
      })
      const { SecretString: text, SecretBinary: bytes, VersionId: version } = answer ?? {}
      return { value: text ?? bytes, ...(typeof version === 'string' && { version }) }
    },
  }
}

async function load(place: SecretLocation) {
  try {
    return await import('@aws-sdk/client-secrets-manager')
  } catch (error) {
    throw missingPackage('@aws-sdk/client-secrets-manager', place, error)
  }
}

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { awsSecretsManager, type Settings } from '@verifull/core'
import type { WorkRequest } from '@verifull/test-harness'

/** The request as settings. */
export function settingsOf({ parameters, environment, poolSize, timeoutMs }: WorkRequest): Settings {
  const { dbname: database, ...rest } = parameters
  const { SECRETS_BACKEND: backend, DB_SECRET_ID: secretId, ...others } = environment
  const pool = { max: poolSize, connectionTimeoutMillis: timeoutMs }
  const settings = { ...rest, ...(database !== undefined && { database }), pool } as Settings
  if (backend !== 'aws-secrets-manager' || secretId === undefined) return { ...settings, environment }
  // The SDK reads the variables of the process, so rehearsals that run in parallel need a client each.
  const secrets = awsSecretsManager({ secretId, client: awsClient(environment) })
  return { ...settings, secrets, environment: others }
}

/** A client for the store in these variables. */
export function awsClient(environment: WorkRequest['environment']): SecretsManagerClient {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = environment
  return new SecretsManagerClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
}

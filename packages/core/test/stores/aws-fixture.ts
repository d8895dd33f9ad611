import { randomUUID } from 'node:crypto'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { withVariables } from '@verifull/test-harness/fixtures'
import { type Moto, startMoto, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/** True if moto is available; otherwise `storesHere` has reported it, or thrown in CI. */
export const HAVE_MOTO = (await storesHere(['moto_server'])).length > 0

/** AWS for a test file. */
export interface Aws {
  readonly moto: Moto
  readonly secretsManager: SecretsManagerClient
  readonly systemsManager: SSMClient
  /** Stores a secret; resolves with its name and ARN. */
  secret(value: string | Uint8Array | object): Promise<{ name: string; arn: string }>
  parameter(value: string, type?: 'String' | 'SecureString'): Promise<string>
}

/** Starts moto for a test file. The SDK finds it by the process's variables, like AWS. */
export function useAws(): Aws {
  const aws = {} as { -readonly [Key in keyof Aws]: Aws[Key] }
  const before = { ...process.env }
  beforeAll(async () => {
    aws.moto = await startMoto()
    Object.assign(process.env, aws.moto.environment, ALONE)
    aws.secretsManager = new SecretsManagerClient({})
    aws.systemsManager = new SSMClient({})
  })
  beforeEach(() => aws.moto.fail(undefined))
  afterAll(async () => {
    aws.secretsManager?.destroy()
    aws.systemsManager?.destroy()
    await aws.moto?.stop()
    process.env = before
  })
  aws.secret = async (value) => {
    const name = `test/${randomUUID()}`
    const content =
      value instanceof Uint8Array
        ? { SecretBinary: value }
        : { SecretString: typeof value === 'string' ? value : JSON.stringify(value) }
    const { ARN = '' } = await aws.secretsManager.send(new CreateSecretCommand({ Name: name, ...content }))
    return { name, arn: ARN }
  }
  aws.parameter = async (value, type = 'SecureString') => {
    const name = `/test/${randomUUID()}`
    await aws.systemsManager.send(new PutParameterCommand({ Name: name, Value: value, Type: type }))
    return name
  }
  return aws
}

/** Variables that shut out the machine's profiles and metadata service. */
const ALONE = {
  AWS_CONFIG_FILE: '/nowhere/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
}

/** Runs without these variables of the process. */
export async function without(names: readonly string[], run: () => Promise<void>): Promise<void> {
  await withVariables(Object.fromEntries(names.map((name) => [name, undefined])), run)
}

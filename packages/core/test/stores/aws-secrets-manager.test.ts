import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, test } from 'vitest'
import { awsSecretsManager } from '../../src/stores/aws/secrets-manager.ts'
import { ask } from './ask.ts'
import { HAVE_MOTO, useAws } from './aws-fixture.ts'

describe.runIf(HAVE_MOTO)('AWS Secrets Manager gives', () => {
  const aws = useAws()

  test.each([
    [
      'the secret of a single user, as the console and the Lambdas write it',
      { engine: 'postgres', host: 'db.example', username: 'app', password: 'one', dbname: 'orders', port: 5433 },
      { user: 'app', password: 'one', host: 'db.example', port: 5433, database: 'orders' },
    ],
    [
      'the secret of alternating users, with a port in text',
      {
        engine: 'aurora-postgresql',
        host: 'db',
        username: 'app_clone',
        password: 'one',
        port: '5432',
        masterarn: 'arn',
      },
      { user: 'app_clone', password: 'one', host: 'db', port: 5432 },
    ],
    [
      'the managed secret of the master user',
      { username: 'postgres', password: 'x:"{}' },
      { user: 'postgres', password: 'x:"{}' },
    ],
    [
      "the keys of pg, and an ARN's worth of others",
      { user: 'app', password: 'one', database: 'orders', dbInstanceIdentifier: 'db-1', ssl: false },
      { user: 'app', password: 'one', database: 'orders' },
    ],
    [
      "the names of the environment's variables",
      { DB_USER: 'app', DB_PASSWORD: 'one', DB_HOST: 'db', DB_PORT: '6432', DB_NAME: 'orders' },
      { user: 'app', password: 'one', host: 'db', port: 6432, database: 'orders' },
    ],
    [
      'fields that are empty as fields that are not there',
      { password: 'one', host: '', port: '' },
      { password: 'one' },
    ],
    ['a plain string, which is the password', 'käse; one', { password: 'käse; one' }],
    ['bytes in UTF-8, which are the password', Buffer.from('käse'), { password: 'käse' }],
    [
      'bytes that are JSON, after a byte order mark',
      Buffer.from('\uFEFF{"username":"app","password":"one"}\n'),
      { user: 'app', password: 'one' },
    ],
  ])('%s', async (_, value, expected) => {
    const { name } = await aws.secret(value)
    const credentials = await ask(awsSecretsManager({ secretId: name }))
    expect(credentials).toEqual({ ...expected, version: expect.stringMatching(/^[\w-]{32,}$/) })
  })

  test('the fields that the settings name, and no others', async () => {
    const { name } = await aws.secret({ login: 'app', pass: 'one', server: 'db', password: 'not this' })
    const keys = { user: 'login', password: 'pass', host: 'server' }
    expect(await ask(awsSecretsManager({ secretId: name, keys }))).toMatchObject({
      user: 'app',
      password: 'one',
      host: 'db',
    })
  })

  test('a secret by its ARN, in the region of the ARN whatever else is said', async () => {
    const { arn } = await aws.secret('one')
    expect(await ask(awsSecretsManager({ secretId: arn, region: 'us-east-1' }))).toMatchObject({ password: 'one' })
    const { name } = await aws.secret('two')
    await expect(ask(awsSecretsManager({ secretId: name, region: 'us-east-1' }))).rejects.toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
    })
  })

  test('what a client of the application is given, and asks it alone', async () => {
    const { name } = await aws.secret('one')
    const client = new SecretsManagerClient({ region: 'eu-west-1' })
    expect(await ask(awsSecretsManager({ secretId: name, client }))).toMatchObject({ password: 'one' })
    const commands: unknown[] = []
    const own = {
      async send({ input }: { input: unknown }) {
        commands.push(input)
        return { SecretString: 'own', VersionId: 'v1' }
      },
    }
    expect(await ask(awsSecretsManager({ secretId: 'any', client: own }))).toEqual({ password: 'own', version: 'v1' })
    expect(commands).toEqual([{ SecretId: 'any', VersionStage: 'AWSCURRENT' }])
    client.destroy()
  })

  test('the stage that is named, and never another', async () => {
    const { name } = await aws.secret('one')
    await pending(name, 'two')
    const provider = awsSecretsManager({ secretId: name, stage: 'AWSPENDING' })
    const credentials = await ask(provider)
    expect(credentials.password).toBe('two')
    expect(await ask(provider, [credentials])).toEqual(credentials)
  })

  describe('while it rotates,', () => {
    test('the pending version where the current one was refused', async () => {
      const { name } = await aws.secret({ username: 'app', password: 'one' })
      await pending(name, { username: 'app', password: 'two' })
      const provider = awsSecretsManager({ secretId: name })
      const current = await ask(provider)
      expect(current.password).toBe('one')
      expect(await ask(provider, [current])).toMatchObject({ user: 'app', password: 'two' })
    })

    test('the previous version where the stage moved before the database did', async () => {
      const { name } = await aws.secret('one')
      await promote(name, await pending(name, 'two'))
      const provider = awsSecretsManager({ secretId: name })
      const current = await ask(provider)
      expect(current.password).toBe('two')
      // the settings have the user that the secret lacks
      expect(await ask(provider, [{ ...current, user: 'app' }])).toMatchObject({ password: 'one' })
    })

    test('the current version again where all have been refused, or the others hold no credentials', async () => {
      const { name } = await aws.secret('one')
      const provider = awsSecretsManager({ secretId: name })
      const current = await ask(provider)
      expect(await ask(provider, [current])).toEqual(current)
      await pending(name, '{ "engine": "postgres", "username": "app" }')
      const asked = aws.moto.requests.length
      expect(await ask(provider, [current])).toEqual(current)
      expect(aws.moto.requests.length - asked).toBe(3)
    })
  })

  /** The step createSecret of a rotation. */
  async function pending(name: string, value: string | object): Promise<string> {
    const SecretString = typeof value === 'string' ? value : JSON.stringify(value)
    const { VersionId = '' } = await aws.secretsManager.send(
      new PutSecretValueCommand({ SecretId: name, SecretString, VersionStages: ['AWSPENDING'] }),
    )
    return VersionId
  }

  /** The step finishSecret. */
  async function promote(name: string, version: string): Promise<void> {
    const { VersionIdsToStages = {} } = await aws.secretsManager.send(new DescribeSecretCommand({ SecretId: name }))
    const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? []
    await aws.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: name,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        RemoveFromVersionId: current,
      }),
    )
  }
})

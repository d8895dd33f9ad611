import { LabelParameterVersionCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { describe, expect, test } from 'vitest'
import { awsParameterStore } from '../../src/stores/aws/parameter-store.ts'
import { ask } from './ask.ts'
import { HAVE_MOTO, useAws } from './aws-fixture.ts'

describe.runIf(HAVE_MOTO)('AWS Parameter Store gives', () => {
  const aws = useAws()

  test.each(['SecureString', 'String'] as const)('a %s that is the password', async (type) => {
    const name = await aws.parameter('one', type)
    expect(await ask(awsParameterStore({ name }))).toEqual({ password: 'one', version: '1' })
  })

  test('one that is an object in JSON, by the usual names or those of the settings', async () => {
    const name = await aws.parameter('{ "username": "app", "password": "one", "login": "other" }')
    expect(await ask(awsParameterStore({ name }))).toMatchObject({ user: 'app', password: 'one' })
    expect(await ask(awsParameterStore({ name, keys: { user: 'login' } }))).toMatchObject({ user: 'other' })
  })

  test('the newest version, one by its number and one by its label', async () => {
    const name = await aws.parameter('one')
    await aws.systemsManager.send(
      new LabelParameterVersionCommand({ Name: name, ParameterVersion: 1, Labels: ['stable'] }),
    )
    await aws.systemsManager.send(
      new PutParameterCommand({ Name: name, Value: 'two', Type: 'SecureString', Overwrite: true }),
    )
    expect(await ask(awsParameterStore({ name }))).toEqual({ password: 'two', version: '2' })
    expect(await ask(awsParameterStore({ name: `${name}:1` }))).toEqual({ password: 'one', version: '1' })
    expect(await ask(awsParameterStore({ name: `${name}:stable` }))).toEqual({ password: 'one', version: '1' })
  })

  test('one of the region that is named, asked through a client of the application', async () => {
    const name = await aws.parameter('one')
    const client = new SSMClient({ region: 'us-east-1' })
    await expect(ask(awsParameterStore({ name, client }))).rejects.toMatchObject({ code: 'CREDENTIALS_NOT_FOUND' })
    await expect(ask(awsParameterStore({ name, region: 'us-east-1' }))).rejects.toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
    })
    expect(await ask(awsParameterStore({ name, region: 'eu-west-1' }))).toMatchObject({ password: 'one' })
    client.destroy()
  })
})

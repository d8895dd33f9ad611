import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Moto, startMoto } from '../../src/stores/moto.ts'
import { storesHere } from '../../src/stores/programs.ts'

const HAVE_MOTO = (await storesHere(['moto_server'])).length > 0

describe.runIf(HAVE_MOTO)('moto', () => {
  let moto: Moto
  beforeAll(async () => {
    moto = await startMoto()
  })
  beforeEach(() => moto.fail(undefined))
  afterAll(() => moto?.stop())

  /** Sends a request as the SDK does, through the tap. */
  async function ask(action: string, body: object, signal = AbortSignal.timeout(20_000)) {
    const answer = await fetch(moto.url, {
      method: 'POST',
      signal,
      headers: {
        'x-amz-target': `secretsmanager.${action}`,
        'content-type': 'application/x-amz-json-1.1',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }

  async function secret(): Promise<string> {
    const Name = randomUUID()
    await moto.secretsManager('CreateSecret', { Name, SecretString: 'one', ClientRequestToken: randomUUID() })
    return Name
  }

  test('secrets → kept; tap → records requests, not responses', async () => {
    const SecretId = await secret()
    const before = moto.requests.length
    expect(await ask('GetSecretValue', { SecretId })).toMatchObject({ status: 200, body: { SecretString: 'one' } })
    expect(moto.requests.slice(before)).toEqual([{ what: 'secretsmanager.GetSecretValue', at: expect.any(Number) }])
  })

  test('stages of a rotation → kept', async () => {
    const SecretId = await secret()
    const VersionStages = ['AWSPENDING']
    const two = { SecretId, SecretString: 'two', VersionStages, ClientRequestToken: randomUUID() }
    const { VersionId: MoveToVersionId } = await moto.secretsManager('PutSecretValue', two)
    const stages = async () => {
      const asked = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'].map((VersionStage) =>
        ask('GetSecretValue', { SecretId, VersionStage }),
      )
      return (await Promise.all(asked)).map(({ body }) => body.SecretString)
    }
    expect(await stages()).toEqual(['one', 'two', undefined])
    const { body } = await ask('GetSecretValue', { SecretId })
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId: body.VersionId }
    await moto.secretsManager('UpdateSecretVersionStage', move)
    expect(await stages()).toEqual(['two', 'two', 'one'])
  })

  test('faults → for the matching requests alone', async () => {
    const SecretId = await secret()
    moto.fail({ status: 400, body: { __type: 'ThrottlingException' } }, /GetSecretValue/)
    expect(await ask('GetSecretValue', { SecretId })).toEqual({ status: 400, body: { __type: 'ThrottlingException' } })
    expect(await ask('DescribeSecret', { SecretId })).toMatchObject({ status: 200, body: { Name: SecretId } })
    moto.fail('down')
    await expect(ask('GetSecretValue', { SecretId })).rejects.toThrow('fetch failed')
    moto.fail({ delayMs: 60_000 })
    await expect(ask('GetSecretValue', { SecretId }, AbortSignal.timeout(200))).rejects.toThrow('aborted')
    moto.fail(undefined)
    expect(await ask('GetSecretValue', { SecretId })).toMatchObject({ status: 200 })
  })

  test('a refused request → an error with its message', async () => {
    await expect(moto.systemsManager('GetParameter', { Name: 'nobody-has-this' })).rejects.toThrow(
      /^moto refused AmazonSSM\.GetParameter: 4\d\d .*ParameterNotFound/,
    )
  })
})

import dns from 'node:dns'
import { createServer } from 'node:tls'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { createHierarchy, withVariables } from '@verifull/test-harness/fixtures'
import { describe, expect, test, vi } from 'vitest'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { awsParameterStore } from '../../src/stores/aws/parameter-store.ts'
import { awsSecretsManager } from '../../src/stores/aws/secrets-manager.ts'
import { failureOf } from './ask.ts'
import { HAVE_MOTO, useAws } from './aws-fixture.ts'

describe.runIf(HAVE_MOTO)('the way to AWS is refused where it is plain http to another machine', () => {
  const aws = useAws()
  const why = 'is plain http to "secrets.example", where anyone on the way reads the secrets; use https:'

  test.each<[string, () => CredentialsProvider]>([
    ['AWS_ENDPOINT_URL', () => awsSecretsManager({ secretId: 'orders' })],
    ['AWS_ENDPOINT_URL', () => awsParameterStore({ name: 'orders' })],
    ['AWS_ENDPOINT_URL_SECRETS_MANAGER', () => awsSecretsManager({ secretId: 'orders' })],
    ['AWS_ENDPOINT_URL_SSM', () => awsParameterStore({ name: 'orders' })],
    ['AWS_ENDPOINT_URL_STS', () => awsParameterStore({ name: 'orders' })],
  ])('at once where %s says so', async (variable, make) => {
    await withVariables({ [variable]: 'http://secrets.example:4566' }, async () => {
      expect(make).toThrow(`${variable} ${why}`)
    })
    await withVariables({ [variable]: 'https://secrets.example' }, async () => expect(make).not.toThrow())
  })

  test('before the question where the client that was given says so, whose positive twin is answered', async () => {
    const to = (endpoint: string) =>
      awsSecretsManager({ secretId: 'orders', client: new SecretsManagerClient({ endpoint, maxAttempts: 1 }) })
    const error = await failureOf(to('http://secrets.example'))
    expect(error).toMatchObject({
      code: 'CREDENTIALS_INVALID',
      retryable: false,
      message: `secret "orders" of AWS Secrets Manager is not requested: the AWS endpoint ${why}`,
    })
    expect(await failureOf(to(aws.moto.url))).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND' })
  })

  test('before the question where the name of this machine leads to another, whose positive twin is answered', async () => {
    const endpoint = aws.moto.url.replace('127.0.0.1', 'localhost')
    const secrets = awsSecretsManager({
      secretId: 'orders',
      client: new SecretsManagerClient({ endpoint, maxAttempts: 1 }),
    })
    const lookup = vi.spyOn(dns, 'lookup')
    const leadsTo = (found: string) =>
      lookup.mockImplementationOnce(((_name: string, _options: unknown, done: (error: null, all: object) => void) =>
        done(null, [{ address: found, family: 4 }])) as never)
    leadsTo('192.0.2.1')
    expect((await failureOf(secrets)).message).toBe(
      'secret "orders" of AWS Secrets Manager is not requested: the AWS endpoint is plain http to "localhost", where anyone on the way reads the secrets; use https:',
    )
    leadsTo('127.0.0.1')
    expect(await failureOf(secrets)).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND' })
    lookup.mockRestore()
  })

  test('and a certificate that nobody knows is not trusted', async () => {
    const { servers } = await createHierarchy()
    const server = createServer({ cert: servers.good.chain, key: servers.good.key }).listen(0, '127.0.0.1')
    server.on('tlsClientError', () => {})
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await withVariables({ AWS_ENDPOINT_URL: `https://localhost:${port}` }, async () => {
      const error = await failureOf(awsSecretsManager({ secretId: 'orders' }))
      expect(error).toMatchObject({ code: 'CREDENTIALS_DENIED', retryable: false })
      expect(error.message).toMatch(
        /^secret "orders" of AWS Secrets Manager cannot be read: the certificate of the AWS endpoint is not trusted \([A-Z_]+\); where a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the CA of the proxy$/,
      )
    })
    await new Promise((resolve) => server.close(resolve))
  })
})

test.each([
  ['nothing', undefined],
  ['the secret itself', '{"username":"app","password":"one"}'],
  ['a name with a line feed', 'orders\n'],
])('%s is not taken for the name of a secret', (_, secretId) => {
  const message = (parameter: string) =>
    `${parameter} is not the name of a secret; give its name or its ARN, never its content`
  expect(() => awsSecretsManager({ secretId } as never)).toThrow(message('secretId'))
  expect(() => awsParameterStore({ name: secretId } as never)).toThrow(message('name'))
})

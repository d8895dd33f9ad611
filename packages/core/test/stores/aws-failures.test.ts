import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { awsParameterStore } from '../../src/stores/aws-parameter-store.ts'
import { awsSecretsManager } from '../../src/stores/aws-secrets-manager.ts'
import { ask, failureOf, HAVE_MOTO, useAws } from './aws-fixture.ts'
import { CANARY, expectNoCanary, watch } from './canary.ts'

/** A name that must not be looked up again by the SDK, so that a test does not wait for its three attempts. */
const ONCE = { AWS_MAX_ATTEMPTS: '1' }

describe.runIf(HAVE_MOTO)('a secret of AWS is refused where it', () => {
  const aws = useAws()
  const seen = watch()

  test.each<[string, string | Uint8Array | object, string]>([
    [
      'is broken JSON',
      `{"username":"app","password":"${CANARY}"`,
      'begins like JSON and is none; correct it, a quote or a comma may be missing',
    ],
    ['is a list', `["${CANARY}"]`, 'is not an object with a password'],
    [
      'lacks the password',
      { username: 'app', passwort: CANARY },
      'has no field "password"; add it, or name the field that has it (keys, DB_SECRET_KEYS)',
    ],
    ['is blank', ' \n', 'is empty; put a password there, or { "username": …, "password": … }'],
    ['has an empty password', { username: CANARY, password: '' }, 'has an empty password; put one there'],
    [
      'ends in a line feed',
      `${CANARY}\n`,
      'has a password that ends in a line feed; store it again without one (printf, not echo)',
    ],
    [
      'ends in one inside of JSON',
      { password: `${CANARY}\r\n` },
      'has a password that ends in a line feed; store it again without one (printf, not echo)',
    ],
    [
      'has a zero byte in it',
      { password: `a\0${CANARY}` },
      'has a zero byte in its password; store it again without one',
    ],
    [
      'has a password of 64 KiB',
      CANARY.padEnd(65_000, 'x'),
      'has a password of 65000 characters, which no password of PostgreSQL is; check that it is the right secret',
    ],
    [
      'names another engine',
      { engine: 'mysql', password: CANARY },
      'is for another engine than postgres; name the secret of a PostgreSQL database',
    ],
    [
      'has a number as password',
      { username: CANARY, password: 12_345 },
      'has a field "password" that is not text; write it in quotes',
    ],
    ['has a number as host', { password: CANARY, host: 1 }, 'has a field "host" that is not text; write it in quotes'],
    [
      'has a port that is none',
      { password: CANARY, port: CANARY },
      'has a port that is not a number from 1 to 65535; correct it',
    ],
    [
      'is bytes and no text',
      Buffer.concat([Buffer.from(CANARY), Buffer.from([0xff, 0xfe])]),
      'is binary and no text; store it as text',
    ],
  ])('%s', async (_, value, what) => {
    const { name } = await aws.secret(value)
    const error = await failureOf(cached(awsSecretsManager({ secretId: name })))
    expectError(error, {
      code: 'CREDENTIALS_INVALID',
      message: `secret "${name}" of AWS Secrets Manager ${what}`,
      retryable: false,
      place: { store: 'AWS Secrets Manager', secret: name },
    })
  })

  test('lacks the field that the settings name', async () => {
    const { name } = await aws.secret({ user: CANARY, password: CANARY })
    const error = await failureOf(awsSecretsManager({ secretId: name, keys: { user: 'login' } }))
    expectError(error, { message: `secret "${name}" of AWS Secrets Manager has no field "login"; add it` })
  })

  test('fills 64 KiB with other things and is taken nevertheless', async () => {
    const { name } = await aws.secret({ password: 'one', note: 'x'.repeat(65_000) })
    expect(await ask(awsSecretsManager({ secretId: name }))).toMatchObject({ password: 'one' })
  })

  test('is a parameter without a password', async () => {
    const name = await aws.parameter(`{"username":"${CANARY}"}`)
    const error = await failureOf(awsParameterStore({ name }))
    expectError(error, {
      code: 'CREDENTIALS_INVALID',
      message: `secret "${name}" of AWS Parameter Store has no field "password"; add it, or name the field that has it (keys, DB_SECRET_KEYS)`,
    })
  })

  describe('AWS says that', () => {
    test.each<[string, number, string, Partial<CredentialsError>, string]>([
      [
        'access is denied',
        400,
        'AccessDeniedException',
        DENIED,
        'may not be read (AccessDeniedException); allow secretsmanager:GetSecretValue on it, and kms:Decrypt on its key',
      ],
      [
        'its key may not be used',
        400,
        'DecryptionFailure',
        DENIED,
        'may not be read (DecryptionFailure); allow secretsmanager:GetSecretValue on it, and kms:Decrypt on its key',
      ],
      [
        'the token has expired',
        400,
        'ExpiredTokenException',
        DENIED,
        'may not be read: the AWS credentials of this process have expired (ExpiredTokenException); sign in again, or give the process a role, whose credentials are renewed',
      ],
      [
        'the clock is skewed',
        400,
        'InvalidSignatureException',
        DENIED,
        "may not be read: AWS does not accept the signature (InvalidSignatureException); check this machine's clock, and AWS_SECRET_ACCESS_KEY",
      ],
      [
        'nobody knows who asks',
        400,
        'UnrecognizedClientException',
        DENIED,
        'may not be read: AWS does not know who asks (UnrecognizedClientException); check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN',
      ],
      [
        'it is marked for deletion',
        400,
        'InvalidRequestException',
        INVALID,
        'cannot be asked for (InvalidRequestException); check its name, its stage and AWS_REGION, and that it is not marked for deletion',
      ],
      [
        'something else is wrong',
        418,
        'TeapotException',
        INVALID,
        'cannot be asked for (TeapotException); check its name, its stage and AWS_REGION, and that it is not marked for deletion',
      ],
      [
        'it is asked too often',
        400,
        'ThrottlingException',
        UNAVAILABLE,
        'cannot be read now: AWS is asked too often (ThrottlingException); it is asked again; keep secrets in the cache for longer, or raise the quota',
      ],
      [
        'it has failed',
        500,
        'InternalServiceError',
        UNAVAILABLE,
        'cannot be read now (InternalServiceError); it is asked again',
      ],
    ])('%s', async (_, status, type, expected, what) => {
      Object.assign(process.env, ONCE)
      const { name } = await aws.secret(CANARY)
      aws.moto.fail({ status, body: { __type: type, message: `no ${CANARY}`, Message: CANARY } })
      const error = await failureOf(awsSecretsManager({ secretId: name }), 1500)
      expectError(error, { ...expected, message: `secret "${name}" of AWS Secrets Manager ${what}` })
    })

    test.each([
      ['AWS Secrets Manager', () => awsSecretsManager({ secretId: 'nobody/has-this' }), 'ResourceNotFoundException'],
      ['AWS Parameter Store', () => awsParameterStore({ name: 'nobody/has-this' }), 'ParameterNotFound'],
    ])('%s has no such secret', async (store, make, word) => {
      const error = await failureOf(make())
      expectError(error, {
        code: 'CREDENTIALS_NOT_FOUND',
        retryable: false,
        message: `secret "nobody/has-this" of ${store} does not exist (${word}); check its name, its stage and AWS_REGION`,
      })
    })
  })

  describe('cannot be asked for because', () => {
    test('the process has no AWS credentials', async () => {
      await without(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'], async () => {
        const error = await failureOf(awsSecretsManager({ secretId: 'orders' }))
        expectError(error, {
          ...DENIED,
          message:
            'secret "orders" of AWS Secrets Manager may not be read: this process has no AWS credentials (CredentialsProviderError); give it a role, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
        })
      })
    })

    test('there is no region', async () => {
      await without(['AWS_REGION'], async () => {
        const error = await failureOf(awsParameterStore({ name: 'orders' }))
        expectError(error, {
          ...INVALID,
          message:
            'secret "orders" of AWS Parameter Store cannot be asked for: no AWS region is configured, or none of that name (Error); set AWS_REGION',
        })
      })
    })

    test('nobody listens', async () => {
      Object.assign(process.env, ONCE)
      aws.moto.fail('down')
      const error = await failureOf(awsSecretsManager({ secretId: 'orders' }), 1500)
      expectError(error, { ...UNAVAILABLE })
      expect(error.message).toMatch(
        /^secret "orders" of AWS Secrets Manager cannot be read now \(E[A-Z]+\); it is asked again$/,
      )
    })

    test('the endpoint does not answer in time, and is asked again', async () => {
      aws.moto.fail({ delayMs: 60_000 })
      const asked = aws.moto.requests.length
      const error = await failureOf(awsSecretsManager({ secretId: 'orders', timeoutMs: 300 }), 2000)
      expectError(error, {
        ...UNAVAILABLE,
        message:
          'secret "orders" of AWS Secrets Manager cannot be read now (no answer within 0.3 s); it is asked again',
      })
      expect(aws.moto.requests.length - asked).toBeGreaterThanOrEqual(2)
    })

    test('the client that was given is none', async () => {
      const client = { send: undefined } as never
      const error = await failureOf(awsSecretsManager({ secretId: 'orders', client }))
      expectError(error, { code: 'CREDENTIALS_PROVIDER', retryable: false })
    })
  })

  test('and it is had after all when the store is back in time', async () => {
    const { name } = await aws.secret('one')
    aws.moto.fail({ status: 500, body: { __type: 'InternalServiceError' } })
    const answer = ask(awsSecretsManager({ secretId: name }))
    await pause(300)
    aws.moto.fail(undefined)
    expect(await answer).toMatchObject({ password: 'one' })
  })

  test('and nothing of any secret is in the events and warnings of all this', () => {
    expect(seen).toContainEqual({ kind: 'failed', error: expect.any(CredentialsError) })
    expectNoCanary(seen)
  })

  function expectError(error: CredentialsError, expected: Partial<CredentialsError>): void {
    expect(error).toBeInstanceOf(CredentialsError)
    expect(error).toMatchObject(expected)
    expectNoCanary(error)
  }
})

const DENIED = { code: 'CREDENTIALS_DENIED', retryable: false } as const
const INVALID = { code: 'CREDENTIALS_INVALID', retryable: false } as const
const UNAVAILABLE = { code: 'CREDENTIALS_UNAVAILABLE', retryable: true } as const

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
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
    const to = (endpoint: string) =>
      awsSecretsManager({ secretId: 'orders', client: new SecretsManagerClient({ endpoint, maxAttempts: 1 }) })
    const error = await failureOf(to('http://secrets.example'))
    expect(error).toMatchObject({
      ...INVALID,
      message: `secret "orders" of AWS Secrets Manager is not asked for: the endpoint of AWS ${why}`,
    })
    expect(await failureOf(to(aws.moto.url))).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND' })
  })

  test('and a certificate that nobody knows is not trusted', async () => {
    const { createHierarchy } = await import('../../../../test-harness/src/certificates/hierarchy.ts')
    const { createServer: createTlsServer } = await import('node:tls')
    const { servers } = await createHierarchy()
    const server = createTlsServer({ cert: servers.good.chain, key: servers.good.key }).listen(0, '127.0.0.1')
    server.on('tlsClientError', () => {})
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await withVariables({ AWS_ENDPOINT_URL: `https://localhost:${port}` }, async () => {
      const error = await failureOf(awsSecretsManager({ secretId: 'orders' }))
      expect(error).toMatchObject(DENIED)
      expect(error.message).toMatch(
        /^secret "orders" of AWS Secrets Manager is not asked for: the certificate of the endpoint of AWS is not trusted \([A-Z_]+\); where a proxy of yours is on the way, set NODE_EXTRA_CA_CERTS to its CA$/,
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

async function without(names: readonly string[], run: () => Promise<void>): Promise<void> {
  await withVariables(Object.fromEntries(names.map((name) => [name, undefined])), run)
}

async function withVariables(
  variables: Readonly<Record<string, string | undefined>>,
  run: () => Promise<void>,
): Promise<void> {
  const before = { ...process.env }
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  try {
    await run()
  } finally {
    process.env = before
  }
}

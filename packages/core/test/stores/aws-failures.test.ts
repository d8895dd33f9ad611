import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsError } from '../../src/errors/credentials-error.ts'
import { awsParameterStore } from '../../src/stores/aws/parameter-store.ts'
import { awsSecretsManager } from '../../src/stores/aws/secrets-manager.ts'
import { ask, failureOf } from './ask.ts'
import { HAVE_MOTO, useAws, without } from './aws-fixture.ts'
import { CANARY, expectNoCanary, expectRefusal, watch } from './canary.ts'

/** Turns off the SDK's own retries. */
const ONCE = { AWS_MAX_ATTEMPTS: '1' }

describe.runIf(HAVE_MOTO)('a secret of AWS cannot be had where', () => {
  const aws = useAws()
  const seen = watch()

  describe('AWS says that', () => {
    test.each<[string, number, string, Partial<CredentialsError>, string]>([
      [
        'access is denied',
        400,
        'AccessDeniedException',
        DENIED,
        'cannot be read: access denied (AccessDeniedException); allow secretsmanager:GetSecretValue on it, and kms:Decrypt on its key',
      ],
      [
        'its key may not be used',
        400,
        'DecryptionFailure',
        DENIED,
        'cannot be read: access denied (DecryptionFailure); allow secretsmanager:GetSecretValue on it, and kms:Decrypt on its key',
      ],
      [
        'the token has expired',
        400,
        'ExpiredTokenException',
        DENIED,
        'cannot be read: the AWS credentials of this process have expired (ExpiredTokenException); sign in again, or give the process a role, whose credentials are renewed',
      ],
      [
        'the clock is skewed',
        400,
        'InvalidSignatureException',
        DENIED,
        "cannot be read: AWS rejected the signature of the request (InvalidSignatureException); check this machine's clock, and AWS_SECRET_ACCESS_KEY",
      ],
      [
        'the request is too old by the clock of AWS',
        400,
        'RequestExpired',
        DENIED,
        "cannot be read: AWS rejected the signature of the request (RequestExpired); check this machine's clock, and AWS_SECRET_ACCESS_KEY",
      ],
      [
        'nobody knows who asks',
        400,
        'UnrecognizedClientException',
        DENIED,
        'cannot be read: AWS does not recognize the credentials (UnrecognizedClientException); check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or AWS_PROFILE',
      ],
      [
        'it is marked for deletion',
        400,
        'InvalidRequestException',
        INVALID,
        'cannot be read: AWS rejected the request (InvalidRequestException); check its name, its stage and AWS_REGION, and that it is not marked for deletion',
      ],
      [
        'something else is wrong',
        418,
        'TeapotException',
        INVALID,
        'cannot be read: AWS rejected the request (TeapotException); check its name, its stage and AWS_REGION, and that it is not marked for deletion',
      ],
      [
        'it is asked too often',
        400,
        'ThrottlingException',
        UNAVAILABLE,
        'cannot be read now: AWS throttles the requests (ThrottlingException); the request is retried; keep secrets in the cache for longer (SECRETS_CACHE_TTL), or raise the quota',
      ],
      [
        'it has failed',
        500,
        'InternalServiceError',
        UNAVAILABLE,
        'cannot be read now (InternalServiceError); the request is retried',
      ],
    ])('%s', async (_, status, type, expected, what) => {
      Object.assign(process.env, ONCE)
      const { name } = await aws.secret(CANARY)
      aws.moto.fail({ status, body: { __type: type, message: `no ${CANARY}`, Message: CANARY } })
      const error = await failureOf(cached(awsSecretsManager({ secretId: name }), { timeoutMs: 2500 }))
      expectRefusal(error, { ...expected, message: `secret "${name}" of AWS Secrets Manager ${what}` })
    })

    test.each([
      ['AWS Secrets Manager', () => awsSecretsManager({ secretId: 'nobody/has-this' }), 'ResourceNotFoundException'],
      ['AWS Parameter Store', () => awsParameterStore({ name: 'nobody/has-this' }), 'ParameterNotFound'],
    ])('%s has no such secret', async (store, make, word) => {
      const error = await failureOf(make())
      expectRefusal(error, {
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
        expectRefusal(error, {
          ...DENIED,
          message:
            'secret "orders" of AWS Secrets Manager cannot be read: this process has no AWS credentials (CredentialsProviderError); give it a role, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
        })
      })
    })

    test('there is no region', async () => {
      await without(['AWS_REGION'], async () => {
        const error = await failureOf(awsParameterStore({ name: 'orders' }))
        expectRefusal(error, {
          ...INVALID,
          message:
            'secret "orders" of AWS Parameter Store cannot be read: no AWS region is configured, or there is none of that name (Error); set AWS_REGION',
        })
      })
    })

    test('nobody listens', async () => {
      Object.assign(process.env, ONCE)
      aws.moto.fail('down')
      const error = await failureOf(awsSecretsManager({ secretId: 'orders' }), 3000)
      expectRefusal(error, { ...UNAVAILABLE })
      expect(error.message).toMatch(
        /^secret "orders" of AWS Secrets Manager cannot be read now \(E[A-Z]+\); the request is retried$/,
      )
    })

    test('the endpoint does not answer in time, and is asked again', async () => {
      aws.moto.fail({ delayMs: 60_000 })
      const asked = aws.moto.requests.length
      const error = await failureOf(awsSecretsManager({ secretId: 'orders', timeoutMs: 300 }), 4000)
      expectRefusal(error, {
        ...UNAVAILABLE,
        message:
          'secret "orders" of AWS Secrets Manager cannot be read now (no answer within 0.3 s); the request is retried',
      })
      expect(aws.moto.requests.length - asked).toBeGreaterThanOrEqual(2)
    })

    test('its region has no endpoint', async () => {
      const unknown = Object.assign(new Error(`getaddrinfo ENOTFOUND ${CANARY}`), { code: 'ENOTFOUND' })
      const client = { send: () => Promise.reject(unknown) }
      const error = await failureOf(awsSecretsManager({ secretId: 'orders', client }), 2000)
      expectRefusal(error, {
        ...UNAVAILABLE,
        message:
          'secret "orders" of AWS Secrets Manager cannot be read now: the host name of the AWS endpoint cannot be resolved (ENOTFOUND); the request is retried; check AWS_REGION, and DNS',
      })
    })

    test('the client that was given is none', async () => {
      const client = { send: undefined } as never
      const error = await failureOf(awsSecretsManager({ secretId: 'orders', client }))
      expectRefusal(error, { code: 'CREDENTIALS_PROVIDER', retryable: false })
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
    expect(seen).toContainEqual(
      expect.objectContaining({ kind: 'failed', error: expect.objectContaining({ name: 'CredentialsError' }) }),
    )
    expectNoCanary(seen)
  })
})

const DENIED = { code: 'CREDENTIALS_DENIED', retryable: false } as const
const INVALID = { code: 'CREDENTIALS_INVALID', retryable: false } as const
const UNAVAILABLE = { code: 'CREDENTIALS_UNAVAILABLE', retryable: true } as const

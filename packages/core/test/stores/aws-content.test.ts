import { describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { awsParameterStore } from '../../src/stores/aws/parameter-store.ts'
import { awsSecretsManager } from '../../src/stores/aws/secrets-manager.ts'
import { ask, failureOf } from './ask.ts'
import { HAVE_MOTO, useAws } from './aws-fixture.ts'
import { CANARY, expectNoCanary, expectRefusal, watch } from './canary.ts'

describe.runIf(HAVE_MOTO)('a secret of AWS is refused where it', () => {
  const aws = useAws()
  const seen = watch()

  test.each<[string, string | Uint8Array | object, string]>([
    [
      'is broken JSON',
      `{"username":"app","password":"${CANARY}"`,
      'starts like JSON and is not valid JSON; correct it, a quote or a comma may be missing',
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
    expectRefusal(error, {
      code: 'CREDENTIALS_INVALID',
      message: `secret "${name}" of AWS Secrets Manager ${what}`,
      retryable: false,
      place: { store: 'AWS Secrets Manager', secret: name },
    })
  })

  test('lacks the field that the settings name', async () => {
    const { name } = await aws.secret({ user: CANARY, password: CANARY })
    const error = await failureOf(awsSecretsManager({ secretId: name, keys: { user: 'login' } }))
    expectRefusal(error, { message: `secret "${name}" of AWS Secrets Manager has no field "login"; add it` })
  })

  test('fills 64 KiB with other things and is taken nevertheless', async () => {
    const { name } = await aws.secret({ password: 'one', note: 'x'.repeat(65_000) })
    expect(await ask(awsSecretsManager({ secretId: name }))).toMatchObject({ password: 'one' })
  })

  test('is a parameter without a password', async () => {
    const name = await aws.parameter(`{"username":"${CANARY}"}`)
    const error = await failureOf(awsParameterStore({ name }))
    expectRefusal(error, {
      code: 'CREDENTIALS_INVALID',
      message: `secret "${name}" of AWS Parameter Store has no field "password"; add it, or name the field that has it (keys, DB_SECRET_KEYS)`,
    })
  })

  test('and nothing of any secret is in the events and warnings of all this', () => {
    expect(seen).toContainEqual(
      expect.objectContaining({ kind: 'failed', error: expect.objectContaining({ name: 'CredentialsError' }) }),
    )
    expectNoCanary(seen)
  })
})

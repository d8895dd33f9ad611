import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { chained } from '../../src/credentials/chained.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { type RdsIamSettings, rdsIam } from '../../src/stores/aws/rds-iam.ts'

const HOST = 'orders.abc123.eu-west-1.rds.amazonaws.com'
const PERMANENT = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'never shown' }
const MINUTE_MS = 60_000

function ask(provider: CredentialsProvider, server: { host?: string; port?: number; user?: string } = {}) {
  return provider({
    server: { host: HOST, port: 5432, user: 'app', ...server },
    signal: AbortSignal.timeout(20_000),
  })
}

/** The parts of a token, which is a signed URL without its scheme. */
function partsOf(token: string) {
  const { host, searchParams } = new URL(`https://${token}`)
  const query = Object.fromEntries(searchParams)
  const [, date, region, service] = query['X-Amz-Credential']?.split('/') ?? []
  return { host, user: query.DBUser, action: query.Action, expires: query['X-Amz-Expires'], date, region, service }
}

const before = { ...process.env }
beforeAll(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, {
    AWS_CONFIG_FILE: '/nowhere/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
})
afterAll(() => {
  process.env = before
})

describe('an IAM token is signed', () => {
  test('for the endpoint and port that are connected to, the user, and the region in the name', async () => {
    const { password, ...others } = await ask(rdsIam({ credentials: PERMANENT }), { port: 6432 })
    expect(partsOf(password)).toMatchObject({
      host: `${HOST}:6432`,
      user: 'app',
      action: 'connect',
      expires: '900',
      region: 'eu-west-1',
      service: 'rds-db',
    })
    expect(others).toEqual({ user: 'app', version: 'iam', expiresAt: expect.any(Date), verifiedOnly: true })
  })

  test.each([
    ['Orders.ABC123.eu-west-1.rds.amazonaws.com.', HOST, 'eu-west-1'],
    ['orders.cluster-ro-abc.ap-southeast-2.rds.amazonaws.com', undefined, 'ap-southeast-2'],
    ['orders.proxy-abc.eu-west-1.rds.amazonaws.com', undefined, 'eu-west-1'],
    ['orders.abc.us-gov-west-1.rds.amazonaws.com', undefined, 'us-gov-west-1'],
    ['orders.abc.rds.us-gov-east-1.amazonaws.com', undefined, 'us-gov-east-1'],
    ['orders.abc.cn-north-1.rds.amazonaws.com.cn', undefined, 'cn-north-1'],
    ['orders.abc.rds.cn-northwest-1.amazonaws.com.cn', undefined, 'cn-northwest-1'],
  ])('for %s', async (host, signed, region) => {
    const { password } = await ask(rdsIam({ credentials: PERMANENT }), { host })
    expect(partsOf(password)).toMatchObject({ host: `${signed ?? host}:5432`, region })
  })

  test('for the endpoint of the settings, where the host is an alias of it or a tunnel', async () => {
    const settings = { hostname: HOST, port: 5432, credentials: PERMANENT }
    const { password } = await ask(rdsIam(settings), { host: 'localhost', port: 15_432 })
    expect(partsOf(password)).toMatchObject({ host: `${HOST}:5432`, region: 'eu-west-1' })
    const other = await ask(rdsIam({ ...settings, user: 'reader', region: 'eu-central-1' }), { host: 'db.example' })
    expect(other.user).toBe('reader')
    expect(partsOf(other.password)).toMatchObject({ user: 'reader', region: 'eu-central-1' })
  })

  test('for each host and user apart, also behind a cache, a chain and both', async () => {
    const iam = rdsIam({ credentials: PERMANENT })
    const failing: CredentialsProvider = async () => {
      throw new Error('not here')
    }
    for (const provider of [iam, cached(iam), cached(chained(failing, iam))]) {
      const host = 'reader.abc123.eu-west-1.rds.amazonaws.com'
      const tokens = [await ask(provider), await ask(provider, { host }), await ask(provider, { user: 'other' })]
      expect(tokens.map(({ password }) => partsOf(password))).toMatchObject([
        { host: `${HOST}:5432`, user: 'app' },
        { host: `${host}:5432`, user: 'app' },
        { host: `${HOST}:5432`, user: 'other' },
      ])
    }
  })
})

describe('an IAM token ends', () => {
  test.each([
    ['a quarter of an hour after it was signed', undefined, 15],
    ['then too where the credentials that sign it live longer', 60, 15],
    ['with the credentials that sign it', 7, 7],
  ])('%s', async (_, minutes, expected) => {
    const began = Date.now()
    const expiration = minutes === undefined ? {} : { expiration: new Date(began + minutes * MINUTE_MS) }
    const identity = { ...PERMANENT, sessionToken: 'session', ...expiration }
    for (const credentials of [identity, async () => identity]) {
      const { expiresAt } = await ask(rdsIam({ credentials }))
      const life = (expiresAt?.getTime() ?? 0) - began
      expect(life).toBeGreaterThanOrEqual(expected * MINUTE_MS)
      expect(life).toBeLessThan(expected * MINUTE_MS + 20_000)
    }
  })
})

describe('no IAM token is signed', () => {
  const refused: readonly [string, RdsIamSettings, { host?: string; user?: string }, string, string][] = [
    [
      'for a host that is no endpoint of RDS',
      { credentials: PERMANENT },
      { host: 'db.example' },
      'CREDENTIALS_INVALID',
      'an IAM token is signed for an endpoint of RDS, and "db.example" is not one; set host to the endpoint, or, for an alias or a tunnel, hostname or DB_IAM_HOST',
    ],
    [
      'without a user',
      { credentials: PERMANENT },
      { user: '' },
      'CREDENTIALS_MISSING',
      'an IAM token needs a user; set user or DB_USER',
    ],
    [
      'without AWS credentials',
      {},
      {},
      'CREDENTIALS_DENIED',
      `secret "app@${HOST}:5432" of RDS IAM cannot be read: this process has no AWS credentials (CredentialsProviderError); give it a role, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    ],
    [
      'with AWS credentials that have expired',
      { credentials: { ...PERMANENT, expiration: new Date(1000) } },
      {},
      'CREDENTIALS_DENIED',
      'an IAM token cannot be signed: the AWS credentials of this process have expired; sign in again, or give the process a role',
    ],
    [
      'without a region',
      { credentials: PERMANENT, hostname: 'db.example' },
      {},
      'CREDENTIALS_INVALID',
      'secret "app@db.example:5432" of RDS IAM cannot be read: no AWS region is configured, or there is none of that name (Error); set AWS_REGION',
    ],
  ]
  test.each(refused)('%s', async (_, settings, server, code, message) => {
    await expect(ask(rdsIam(settings), server)).rejects.toMatchObject({ code, message, retryable: false })
  })
})

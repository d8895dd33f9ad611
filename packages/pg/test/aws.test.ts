import { randomUUID } from 'node:crypto'
import { cached, rdsIam } from '@verifull/core'
import { secureConfig } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import { type Moto, startMoto, storesHere } from '@verifull/test-harness/secret-stores'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'

const HAVE_MOTO = (await storesHere(['moto_server'])).length > 0
const WORKERS = 20

describe.runIf(HAVE_MOTO)('with a secret of AWS', () => {
  let database: Database
  let moto: Moto
  const before = { ...process.env }
  beforeAll(async () => {
    ;[database, moto] = await Promise.all([startDatabase(), startMoto()])
    await database.server.setHba(['hostssl all all all scram-sha-256'])
  })
  beforeEach(() => {
    process.env = { ...before, ...moto.environment, NODE_ENV: 'production', DB_SSL_CA: database.ca }
  })
  afterAll(async () => {
    process.env = before
    await moto?.stop()
    await database?.stop()
  })

  /** A role on the server, whose password is changed there and in the store apart. */
  async function role(): Promise<Role> {
    const user = `app_${randomUUID().slice(0, 8)}`
    const { server } = database
    await server.sql(`create role ${user} login password 'one'`)
    return {
      user,
      fields: (password: string, more = {}) => ({ username: user, password, ...more }),
      alter: (password) => server.sql(`alter role ${user} password '${password}'`),
    }
  }

  async function secret(value: string | object): Promise<Stored> {
    const Name = `test/${randomUUID()}`
    const text = (content: string | object) => (typeof content === 'string' ? content : JSON.stringify(content))
    const token = () => ({ ClientRequestToken: randomUUID() })
    const created = await moto.secretsManager('CreateSecret', { Name, SecretString: text(value), ...token() })
    let current = String(created.VersionId)
    return {
      name: Name,
      async pending(content) {
        const given = { SecretId: Name, SecretString: text(content), VersionStages: ['AWSPENDING'], ...token() }
        return String((await moto.secretsManager('PutSecretValue', given)).VersionId)
      },
      async promote(version) {
        const from = current
        current = version
        const stage = { SecretId: Name, VersionStage: 'AWSCURRENT' }
        await moto.secretsManager('UpdateSecretVersionStage', {
          ...stage,
          MoveToVersionId: version,
          RemoveFromVersionId: from,
        })
      },
    }
  }

  const questions = () => moto.requests.filter(({ what }) => what === 'secretsmanager.GetSecretValue').length

  /** Everything that is needed comes from the process's own variables. */
  function poolFrom(variables: Readonly<Record<string, string>>, max = WORKERS): pg.Pool {
    Object.assign(process.env, variables)
    const pool = new pg.Pool(secureConfig({ max }))
    pool.on('error', () => {})
    return pool
  }

  const where = () => ({ host: 'localhost', port: database.server.port, dbname: database.server.database })
  const whereInVariables = () => ({
    DB_HOST: 'localhost',
    DB_PORT: String(database.server.port),
    DB_NAME: database.server.database,
  })

  async function whoami(pool: pg.Pool): Promise<unknown> {
    const { rows } = await pool.query(
      'select current_user as user, current_database() as database, ssl from pg_stat_ssl where pid = pg_backend_pid()',
    )
    await pool.end()
    return rows
  }

  describe('SECRETS_BACKEND and its variables alone connect', () => {
    test('to the host, port and database of the secret', async () => {
      const { user, fields } = await role()
      const { name } = await secret(fields('one', { engine: 'postgres', ...where() }))
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: name })
      expect(await whoami(pool)).toEqual([{ user, database: database.server.database, ssl: true }])
    })

    test('to what the variables say where they say it, with the fields that they name', async () => {
      const { user } = await role()
      const { name } = await secret({ login: user, pass: 'one', host: 'nowhere.example', port: 1, dbname: 'nowhere' })
      const variables = { DB_SECRET_KEYS: 'user=login,password=pass', DB_SECRET_ID: name, ...whereInVariables() }
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', ...variables })
      expect(await whoami(pool)).toEqual([{ user, database: database.server.database, ssl: true }])
    })

    test('with a parameter that is the password', async () => {
      const { user } = await role()
      const name = `/test/${randomUUID()}`
      await moto.systemsManager('PutParameter', { Name: name, Value: 'one', Type: 'SecureString' })
      const variables = { DB_SECRET_ID: name, DB_USER: user, ...whereInVariables() }
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-parameter-store', ...variables })
      expect(await whoami(pool)).toEqual([{ user, database: database.server.database, ssl: true }])
    })
  })

  describe('that rotates under a pool, no checkout fails and the store is asked at most ten times', () => {
    /** Cold again: every worker needs a connection that the old secret no longer opens. */
    async function work(pool: pg.Pool): Promise<readonly unknown[]> {
      const outcomes = await Promise.allSettled(
        Array.from({ length: WORKERS }, () => pool.query('select pg_sleep(0.02)')),
      )
      return outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    }

    test('where the database changes before the stage (setSecret, then finishSecret)', async () => {
      const { fields, alter } = await role()
      const stored = await secret(fields('one', where()))
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: stored.name })
      const asked = questions()
      await pool.query('select 1')
      const version = await stored.pending(fields('two', where()))
      await alter('two')
      expect(await work(pool)).toEqual([])
      await stored.promote(version)
      expect(await work(pool)).toEqual([])
      await pool.end()
      expect(questions() - asked).toBeLessThanOrEqual(10)
    })

    test('where the stage moves before the database does', async () => {
      const { fields, alter } = await role()
      const stored = await secret(fields('one', where()))
      await stored.promote(await stored.pending(fields('two', where())))
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: stored.name })
      const asked = questions()
      expect(await work(pool)).toEqual([])
      await alter('two')
      // the connections that are open stay; new ones find the old password refused
      const other = new pg.Pool(secureConfig({ max: WORKERS }))
      expect(await work(other)).toEqual([])
      await Promise.all([pool.end(), other.end()])
      expect(questions() - asked).toBeLessThanOrEqual(10)
    })

    test('between alternating users', async () => {
      const [one, two] = [await role(), await role()]
      const stored = await secret(one.fields('one', where()))
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: stored.name })
      const asked = questions()
      await pool.query('select 1')
      await stored.promote(await stored.pending(two.fields('one', where())))
      await one.alter('revoked')
      expect(await work(pool)).toEqual([])
      await expect
        .poll(async () => (await pool.query('select current_user as user')).rows)
        .toEqual([{ user: two.user }])
      await pool.end()
      expect(questions() - asked).toBeLessThanOrEqual(10)
    })

    test.each<[string, string | object]>([
      ['is never valid', { username: 'nobody', password: 'never' }],
      ['holds no credentials', { username: 'nobody' }],
      ['is broken', '{"username":'],
    ])('and where the pending version %s, a wrong secret is one clear error for each', async (_, pending) => {
      const { user, fields } = await role()
      const stored = await secret(fields('wrong', where()))
      await stored.pending(pending)
      const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: stored.name })
      const asked = questions()
      const failures = await work(pool)
      expect(failures.map((error) => (error as { code: string }).code)).toEqual(Array(WORKERS).fill('28P01'))
      await pool.end()
      expect(questions() - asked).toBeLessThanOrEqual(10)
      const seen = await database.server.connectionsSeen()
      const refused = seen.filter(({ refused }) => refused?.message.includes(`"${user}"`)).length
      expect(refused).toBeGreaterThan(0)
      expect(refused).toBeLessThanOrEqual(50)
    })
  })

  test('whose store does not answer, the error says so before the deadline of the connection, with its name', async () => {
    moto.fail({ delayMs: 60_000 })
    const pool = poolFrom({ SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders/slow', DB_HOST: 'localhost' })
    const failure = await pool.query('select 1').catch((error: unknown) => error)
    moto.fail(undefined)
    await pool.end()
    expect(failure).toMatchObject({
      code: 'CREDENTIALS_UNAVAILABLE',
      retryable: true,
      place: { store: 'AWS Secrets Manager', secret: 'orders/slow' },
      message:
        'secret "orders/slow" of AWS Secrets Manager cannot be read now (no answer within 5 s); the request is retried',
    })
  })
})

test('a session that was opened with an IAM token is verified in full, and the token was for the endpoint', async () => {
  const database = await startDatabase()
  onTestFinished(() => database.stop())
  const { server, settings } = database
  const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'never shown' }
  const hostname = 'orders.abc123.eu-west-1.rds.amazonaws.com'
  const secrets = cached(rdsIam({ hostname, port: 5432, credentials: identity }))
  const { password: _password, user: _user, ...where } = settings
  const target = { host: 'localhost', port: server.port, user: 'signed' }
  const { password: token } = await secrets({ server: target, signal: AbortSignal.timeout(20_000) })
  expect(token).toContain(`${hostname}:5432/?Action=connect&DBUser=signed&`)
  // RDS checks the signature; here the server knows the token by heart
  await server.sql(`create role signed login password '${token}'`)
  await server.setHba(['hostssl all signed all password'])
  const pool = new pg.Pool(secureConfig({ max: 5 }, { ...where, user: 'signed', secrets }))
  const sessions = await Promise.all(Array.from({ length: 5 }, () => pool.query('select current_user as user')))
  expect(sessions.map(({ rows }) => rows)).toEqual(Array(5).fill([{ user: 'signed' }]))
  await pool.end()
})

interface Role {
  readonly user: string
  fields(password: string, more?: object): object
  alter(password: string): Promise<unknown>
}

interface Stored {
  readonly name: string
  /** The step createSecret of a rotation. */
  pending(value: string | object): Promise<string>
  /** The step finishSecret of a rotation. */
  promote(version: string): Promise<void>
}

import { explain, type SecureConfig, secureConfig, secureReplication } from '@verifull/knex'
import { SESSION_SEEN, startDatabase } from '@verifull/test-harness'
import type { Knex } from 'knex'
import { afterAll, describe, expect, test } from 'vitest'
import { QUIET } from './config-of.ts'
import { VERSIONS } from './versions.ts'

const database = await startDatabase()
afterAll(() => database.stop())

const password = database.server.password('scram_user')
const { user: _user, password: _password, host, port, database: name, ...settings } = database.settings
const PLACE = { host, port, database: name }
const LOGIN = { user: 'scram_user', password }
const SEEN = [expect.objectContaining({ ssl: true })]

describe.each(VERSIONS)('a connection function under $name', ({ knex, options }) => {
  /** A configuration with a function, and what the function is asked for. */
  const configured = (connection: () => unknown, more: object = PLACE): SecureConfig =>
    secureConfig(
      { ...options, log: QUIET, pool: { min: 0, max: 1 }, connection: connection as never },
      {
        ...settings,
        ...more,
      },
    )

  async function rowsWith(config: SecureConfig): Promise<unknown> {
    const db = knex(config)
    try {
      return (await db.raw(SESSION_SEEN)).rows
    } finally {
      await db.destroy()
    }
  }

  /** Ends the one session of a pool, so that the next query needs another connection. */
  async function reconnect(db: Knex): Promise<void> {
    const { pid } = (await db.raw('select pg_backend_pid() as pid')).rows[0]
    await database.server.sql(`select pg_terminate_backend(${pid})`)
    await expect
      .poll(
        async () =>
          await db.raw('select 1').then(
            () => true,
            () => false,
          ),
      )
      .toBe(true)
    expect((await db.raw('select pg_backend_pid() as pid')).rows[0].pid).not.toBe(pid)
  }

  test.each<[string, () => unknown]>([
    ['synchronous', () => ({ ...LOGIN })],
    ['asynchronous', async () => ({ ...LOGIN })],
    ['with a password that is a function', () => ({ ...LOGIN, password: async () => password })],
    ['with the place beside the login', async () => ({ ...LOGIN, ...PLACE, expirationChecker: () => false })],
    ['with a port that is text', () => ({ ...LOGIN, ...PLACE, port: String(port) })],
    ['whose result inherits', () => Object.create(LOGIN)],
    ['with null and undefined', () => ({ ...LOGIN, ssl: undefined, application_name: null })],
  ])('%s → logged in as it says', async (_what, connection) => {
    expect(await rowsWith(configured(connection))).toEqual(SEEN)
  })

  test('says where, and no other source does → that server', async () => {
    const elsewhere = configured(async () => ({ ...LOGIN, ...PLACE }), {})
    expect(await rowsWith(elsewhere)).toEqual(SEEN)
  })

  test('without an expirationChecker → asked once for all connections', async () => {
    let asked = 0
    const db = knex(
      configured(() => {
        asked++
        return { ...LOGIN }
      }),
    )
    await reconnect(db)
    await reconnect(db)
    expect(asked).toBe(1)
    await db.destroy()
  })

  test('with an expirationChecker → asked again when it says so, and not before', async () => {
    let asked = 0
    let expired = false
    const db = knex(
      configured(async () => {
        asked++
        return { ...LOGIN, expirationChecker: () => expired }
      }),
    )
    await reconnect(db)
    expect(asked).toBe(1)
    expired = true
    await reconnect(db)
    expect(asked).toBeGreaterThan(1)
    await db.destroy()
  })

  test('a password that the server refuses → asked again, and the new one is used', async () => {
    const given = ['outdated', password]
    expect(await rowsWith(configured(() => ({ ...LOGIN, password: given.shift() })))).toEqual(SEEN)
    expect(given).toEqual([])
  })

  describe('is refused by name', () => {
    test.each<[string, () => unknown, object, string]>([
      [
        'ssl',
        () => ({ ...LOGIN, ssl: { rejectUnauthorized: false } }),
        PLACE,
        'option connection gave ssl, which is settled before it is asked: give that in the settings or with an object as connection; the function may give user, password, host, port, database and expirationChecker',
      ],
      [
        'stream and options',
        () => ({ ...LOGIN, stream: () => {}, options: '-c x' }),
        PLACE,
        'option connection gave stream, options, which',
      ],
      [
        'a connection string',
        () => `postgres://scram_user:${password}@localhost/`,
        PLACE,
        'option connection gave a connection string; it must give { user, password }, and may give host, port and database',
      ],
      [
        'connectionString',
        () => ({ connectionString: `postgres://x:${password}@y` }),
        PLACE,
        'option connection gave connectionString, which',
      ],
      ['nothing', async () => undefined, PLACE, 'option connection gave no object; it must give { user, password }'],
      [
        'no password',
        () => ({ user: 'scram_user' }),
        PLACE,
        'option connection gave undefined where a password is needed',
      ],
      [
        'another host than the settings',
        () => ({ ...LOGIN, host: 'elsewhere.example' }),
        PLACE,
        'option connection gave another host than host=localhost (from settings.host); remove one',
      ],
      [
        'another port',
        () => ({ ...LOGIN, port: 1 }),
        PLACE,
        `option connection gave another port than port=${port} (from settings.port); remove one`,
      ],
      [
        'another database',
        () => ({ ...LOGIN, database: 'elsewhere' }),
        { ...PLACE, database: 'app' },
        'option connection gave another database than database=app (from settings.database); remove one',
      ],
      [
        'an expirationChecker that is none',
        () => ({ ...LOGIN, expirationChecker: true }),
        PLACE,
        'option connection gave an expirationChecker that is no function',
      ],
    ])('%s', async (_what, connection, more, message) => {
      const error = await rowsWith(configured(connection, more)).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID', message: expect.stringContaining(message) })
      expect(String((error as Error).stack)).not.toContain(password)
    })

    test('what the function throws is a CredentialsError without its text', async () => {
      const failing = async () => {
        throw new TypeError(`no ${password}`)
      }
      const error = await rowsWith(configured(failing)).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'CREDENTIALS_PROVIDER',
        message:
          'option connection failed to give credentials (TypeError); its message is not shown, as it may quote the secret: log it there',
      })
    })

    test('a password in another place', () => {
      expect(() => secureConfig({ connection: () => LOGIN }, database.settings)).toThrow(
        'a password (from settings.password) contradicts a function that gives credentials (from option connection); remove one',
      )
    })

    test('an expirationChecker where nothing asks it', () => {
      expect(() => secureConfig({ connection: { host: 'db.example', expirationChecker: () => true } }, {})).toThrow(
        'option connection.expirationChecker: it would not be called: it belongs to what a connection function gives; give connection as a function, or a provider in settings.secrets',
      )
    })
  })

  test('secureReplication() takes it for both', async () => {
    const replicas = [{ host: 'localhost', port: Number(port) }]
    const both = secureReplication({ ...options, connection: async () => LOGIN }, { ...settings, ...PLACE, replicas })
    expect(await rowsWith(both.write)).toEqual(SEEN)
    expect(await rowsWith(both.read as SecureConfig)).toEqual(SEEN)
  })
})

test('explain() names it', () => {
  const { settings: said } = explain({ options: { connection: async () => LOGIN }, settings: { environment: {} } })
  expect(said).toContainEqual({ parameter: 'password', value: '[secret]', source: 'option connection', shadows: [] })
})

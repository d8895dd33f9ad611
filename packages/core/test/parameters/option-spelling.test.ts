import { describe, expect, test } from 'vitest'
import { explain, resolveProfile, type Settings, type Spelling } from '../../src/adapter.ts'
import { tcp } from '../addresses/endpoints.ts'

const SETTINGS = { user: 'app', password: 'kahGh2-eiYo9', environment: {} } satisfies Settings

/** Options of several ORMs at once: ssl at the top and in two blocks, one of them nested. */
const SPELLING: Spelling = {
  host: 'host',
  username: 'user',
  ssl: 'ssl',
  extra: { within: { ssl: 'ssl', stream: 'dropped', servername: 'untouched' } },
  dialectOptions: {
    within: { ssl: 'ssl', connection: { within: { connectionString: 'url', host: 'host', ssl: 'ssl' } } },
  },
  pool: {
    within: { max: 'pool.max', maxConnectionLifetimeMillis: 'maxLifetimeMillis', reapIntervalMillis: 'milliseconds' },
  },
  native: { refused: 'pg-native ignores TLS settings; remove it' },
}

function problemsOf(options: object): string[] {
  return explain({ settings: SETTINGS, options, spelling: SPELLING }).problems.map(({ message }) => message)
}

describe('option spelling: nested options', () => {
  test('connection options → read; others → left in place', () => {
    const agent = new Date(0)
    const { profile, rest } = resolveProfile({
      settings: SETTINGS,
      options: {
        entities: [],
        host: 'db.example',
        extra: { ssl: { rejectUnauthorized: true }, stream: () => {}, agent },
        dialectOptions: { connection: { ssl: true }, keepAlive: true },
      },
      spelling: SPELLING,
    })
    expect(profile.sslmode).toEqual({ value: 'verify-full', source: 'option extra.ssl.rejectUnauthorized' })
    expect(rest).toEqual({ entities: [], extra: { agent }, dialectOptions: { connection: {}, keepAlive: true } })
    expect((rest.extra as { agent: Date }).agent).toBe(agent)
  })

  test.each<[object, string]>([
    [
      { extra: { ssl: { pfx: 'x' } } },
      'option extra.ssl.pfx is not supported; give the certificate in ssl.cert and its key in ssl.key, as PEM',
    ],
    [
      { extra: { ssl: 'require' } },
      'option extra.ssl must be true, false or an object, not "require"; use sslmode=require',
    ],
    [
      { extra: { ssl: { rejectUnauthorized: 0 } } },
      'option extra.ssl.rejectUnauthorized must be true or false, not a number',
    ],
    [
      { dialectOptions: { connection: { ssl: { ca: 5 } } } },
      'option dialectOptions.connection.ssl.ca must be PEM text, a path, or bytes that are PEM, not a number',
    ],
    [{ extra: 5 }, 'option extra must be an object or a connection string, not a number'],
    [{ extra: () => ({}) }, 'option extra must be an object or a connection string, not a function'],
    [{ extra: ['x'] }, 'option extra must be an object or a connection string, not an array'],
    [{ pool: { max: 'x' } }, 'option pool.max must be a number of 0 or more, not a string'],
    [
      { pool: { maxConnectionLifetimeMillis: -1 } },
      'option pool.maxConnectionLifetimeMillis must be a number of 0 or more, not -1',
    ],
    [
      { pool: { maxConnectionLifetimeMillis: 2 ** 31 } },
      'option pool.maxConnectionLifetimeMillis must be a number from 0 to 2147483000, not 2147483648',
    ],
    ...(
      [
        [-1, '-1'],
        [2 ** 31, '2147483648'],
        [Number.NaN, 'NaN'],
        ['5s', 'a string'],
        [true, 'a boolean'],
      ] as const
    ).map(([time, found]): [object, string] => [
      { pool: { reapIntervalMillis: time } },
      `option pool.reapIntervalMillis must be a number of milliseconds from 0 to 2147483647, not ${found}; for 5 s write 5000`,
    ]),
  ])('%j → a problem with the whole path', (options, message) => {
    expect(problemsOf({ host: 'db.example', ...options })).toEqual([message])
  })

  test.each<[unknown, unknown]>([
    [500, 500],
    ['500', 500],
    [0, 0],
    [false, false],
    [2_147_483_647, 2_147_483_647],
  ])('a time of the library’s own, %j → passed on as %j', (given, passed) => {
    const options = { host: 'db.example', pool: { reapIntervalMillis: given } }
    const { rest } = resolveProfile({ settings: SETTINGS, options, spelling: SPELLING })
    expect(rest.pool).toEqual({ reapIntervalMillis: passed })
  })

  test('a finding → has the whole path', () => {
    const options = { host: 'db.example', dialectOptions: { ssl: { rejectUnauthorized: false } } }
    const { accepted, findings } = explain({ settings: SETTINGS, options, spelling: SPELLING })
    expect(accepted).toBe(false)
    expect(findings.map(({ message }) => message)).toContain(
      'option dialectOptions.ssl.rejectUnauthorized=false, which turns off the verification of the server, is refused by policy production (rule verification-off); remove it, and set sslrootcert (DB_SSL_CA) to the CA certificate of the server',
    )
  })

  test('the given object, frozen or not → unchanged', () => {
    const ssl = Object.freeze({ rejectUnauthorized: true, servername: 'db.example' })
    const given = Object.freeze({
      host: '10.0.0.1',
      extra: Object.freeze({ ssl, stream: 'x', other: 1 }),
      dialectOptions: { ssl, connection: { host: '10.0.0.1', ssl } },
    })
    const before = structuredClone(given)
    const { profile } = resolveProfile({ settings: SETTINGS, options: given, spelling: SPELLING })
    expect(given).toEqual(before)
    expect(profile.endpoints).toEqual([tcp('db.example', 5432, '10.0.0.1')])
  })

  test('a copy, or an object of a class → read', () => {
    class DatabaseOptions {
      host = 'db.example'
      extra = { ssl: { servername: 'named.example' } }
    }
    for (const options of [new DatabaseOptions(), structuredClone({ ...new DatabaseOptions() })]) {
      const { profile, rest } = resolveProfile({ settings: SETTINGS, options, spelling: SPELLING })
      expect(profile.endpoints).toEqual([tcp('named.example', 5432, 'db.example')])
      expect(rest).toEqual({ extra: {} })
    }
  })
})

describe('option spelling: one option at two levels', () => {
  const PEM = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(300)}\n-----END CERTIFICATE-----\n`

  test.each<[string, object, string[]]>([
    [
      'TLS on the top, plaintext below',
      { ssl: { rejectUnauthorized: true }, extra: { ssl: false } },
      [
        'sslmode=disable (from option extra.ssl) contradicts sslmode=verify-full (from option ssl.rejectUnauthorized); remove one',
      ],
    ],
    [
      'a certificate on the top, plaintext below',
      { ssl: { servername: 'db.example' }, extra: { ssl: false } },
      ['sslmode=disable (from option extra.ssl) contradicts option ssl; remove one'],
    ],
    [
      'plaintext on the top, TLS below',
      { ssl: false, dialectOptions: { ssl: true } },
      ['sslmode=disable (from option ssl) contradicts option dialectOptions.ssl=true; remove one'],
    ],
    [
      'verification on the top, none below',
      { ssl: { rejectUnauthorized: true }, dialectOptions: { ssl: { rejectUnauthorized: false } } },
      [
        'sslmode=require (from option dialectOptions.ssl.rejectUnauthorized) contradicts sslmode=verify-full (from option ssl.rejectUnauthorized); remove one',
      ],
    ],
    [
      'two names',
      { ssl: { servername: 'a' }, extra: { ssl: { servername: 'b' } } },
      [
        'servername=b (from option extra.ssl.servername) contradicts servername=a (from option ssl.servername); remove one',
      ],
    ],
    [
      'two CAs',
      { ssl: { ca: PEM }, extra: { ssl: { ca: `${PEM}${PEM}` } } },
      ['sslrootcert (from option extra.ssl.ca) contradicts sslrootcert (from option ssl.ca); remove one'],
    ],
    [
      'two hosts',
      { host: 'a', dialectOptions: { connection: { host: 'b' } } },
      ['host=b (from option dialectOptions.connection.host) contradicts host=a (from option host); remove one'],
    ],
    [
      'two words for the user',
      { username: 'a', user: 'b' },
      ['user=b (from option user) contradicts user=a (from option username); remove one'],
    ],
    [
      'two connection strings',
      { dialectOptions: { connection: { connectionString: 'postgres://a' } }, extra: 'postgres://b' },
      ['option dialectOptions.connection.connectionString is not option extra; remove one'],
    ],
  ])('%s → both paths are named', (_what, options, messages) => {
    expect(problemsOf({ host: 'a', ...options })).toEqual(expect.arrayContaining(messages))
  })

  test('equal values → no problem', () => {
    const options = { host: 'a', ssl: { rejectUnauthorized: true }, extra: { ssl: { rejectUnauthorized: true } } }
    expect(problemsOf({ ...options, dialectOptions: { ssl: true, connection: { host: 'a' } } })).toEqual([])
  })
})

describe('option spelling: an option that is not supported', () => {
  test.each([true, 'yes', {}, () => {}])('%j → refused', (native) => {
    expect(() => resolveProfile({ settings: SETTINGS, options: { host: 'a', native }, spelling: SPELLING })).toThrow(
      'option native: pg-native ignores TLS settings; remove it',
    )
  })

  test.each([false, undefined, null, 0, ''])('off, %j → removed', (native) => {
    const options = { host: 'a', native }
    expect(resolveProfile({ settings: SETTINGS, options, spelling: SPELLING }).rest).toEqual({})
  })
})

test('a connection string in place of options → read', () => {
  const { profile, rest } = resolveProfile({
    settings: SETTINGS,
    options: 'postgres://db.example:7',
    spelling: SPELLING,
  })
  expect(profile.endpoints).toEqual([tcp('db.example', 7)])
  expect(rest).toEqual({})
})

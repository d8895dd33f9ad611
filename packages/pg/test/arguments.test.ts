import { attestationOf, ConfigurationError, explain, resolveProfile, secureConfig, securePg } from '@verifull/pg'
import pg from 'pg'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }
const pool = new pg.Pool()

describe('a function that is given the wrong thing says so:', () => {
  const rows: [what: string, calls: unknown[][], message: string][] = [
    [
      'settings as a profile',
      [['', () => securePg(SETTINGS as never)]],
      'securePg(): profile must be a profile, not set',
    ],
    [
      'nothing as a profile',
      [['', () => securePg(undefined as never)]],
      'securePg(): profile must be a profile, not und',
    ],
    [
      'a resolution as a profile',
      [['', () => securePg(resolveProfile({ settings: SETTINGS }) as never)]],
      'securePg(): profile must be a profile, not what resolveProfile() gives; give its profile',
    ],
    [
      'settings among the profiles',
      [['', () => securePg([resolveProfile({ settings: SETTINGS }).profile, SETTINGS as never])]],
      'securePg(): profile[1] must be a profile, not settings',
    ],
    [
      'a profile for the list of replicas',
      [
        [
          '',
          () =>
            securePg(
              ...([resolveProfile({ settings: SETTINGS }).profile].concat(
                resolveProfile({ settings: SETTINGS }).profile,
              ) as never as [never, never]),
            ),
        ],
      ],
      'securePg(): replicas must be a list of profiles, not an object',
    ],
    ['settings as sources', [['', () => explain(SETTINGS as never)]], 'explain(): sources has settings and options'],
    [
      'a pool for a client',
      [['', () => attestationOf(pool as never)]],
      'attestationOf(): client must be a client of pg',
    ],
    [
      'nothing for a client',
      [['', () => attestationOf(undefined as never)]],
      'attestationOf(): client must be a client',
    ],
  ]
  const CASES = rows.flatMap(([what, calls, message]) =>
    calls.map(([name, call]) => [what, name, message, call] as [string, string, string, () => unknown]),
  )

  test.each(CASES)('%s %s → %s', (_what, _name, message, call) => {
    expect(call).toThrow(ConfigurationError)
    expect(call).toThrow(message)
  })
})

describe('options that inherit from defaults', () => {
  const defaults = { host: 'db.example', user: 'app', max: 7, statement_timeout: 500 }

  test.each<[string, object]>([
    ['Object.create(defaults)', Object.create(defaults)],
    [
      'an instance of a class',
      new (class extends Object {
        host = 'db.example'
        user = 'app'
        max = 7
        get statement_timeout(): number {
          return 500
        }
      })(),
    ],
  ])('%s keep everything', (_name, options) => {
    const config = secureConfig(options, { environment: {} })
    expect(config).toMatchObject({ max: 7, statement_timeout: 500, user: 'app' })
    expect({ ...config }).toMatchObject({ max: 7, statement_timeout: 500 })
  })
})

test('a client that is not connected has no attestation', () => {
  expect(attestationOf(new pg.Client())).toBeUndefined()
})

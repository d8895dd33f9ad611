import { ConfigurationError, explain, resolveProfile, secureConfig, secureReplication } from '@verifull/knex'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }

describe('a function that is given the wrong thing says so:', () => {
  test.each<[what: string, message: string, call: () => unknown]>([
    [
      'a Promise as options',
      'not a Promise; await it first',
      () => secureConfig(Promise.resolve({}) as never, SETTINGS),
    ],
    ['a Map as options', 'not a Map; use Object.fromEntries()', () => secureReplication(new Map() as never, SETTINGS)],
    ['a function as options', 'not a function', () => secureConfig((() => ({})) as never, SETTINGS)],
    [
      'a Map as connection',
      'option connection must be an object or a connection string, not a Map',
      () => secureConfig({ connection: new Map() } as never, SETTINGS),
    ],
    [
      'a URL as settings',
      'settings must be an object, not a string',
      () => secureConfig({}, 'postgres://x:CANARY@y' as never),
    ],
    [
      'settings as sources',
      'resolveProfile(): sources has settings and options',
      () => resolveProfile(SETTINGS as never),
    ],
    [
      'options as sources',
      'explain(): sources has settings and options, and no "connection"',
      () => explain({ connection: {} } as never),
    ],
  ])('%s → %s', (_what, message, call) => {
    expect(call).toThrow(ConfigurationError)
    expect(call).toThrow(message)
  })
})

test('options that inherit from defaults, in connection too, keep everything', () => {
  const connection = Object.create({ host: 'db.example', user: 'app', statement_timeout: 500 })
  const options = Object.create({ connection, searchPath: ['app'], pool: Object.create({ max: 7 }) })
  const config = secureConfig(options, { environment: {} })
  expect(config).toMatchObject({ searchPath: ['app'], pool: { max: 7 }, connection: { statement_timeout: 500 } })
  expect(explain({ options, settings: { environment: {} } }).endpoints).toEqual([{ host: 'db.example', port: 5432 }])
})

test('a URL object is a connection string', () => {
  const options = new URL('postgres://app@db.example:5433/shop') as never
  expect(explain({ options, settings: { environment: {} } }).endpoints).toEqual([{ host: 'db.example', port: 5433 }])
})

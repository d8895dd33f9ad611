import { ConfigurationError, explain, secureConfig } from '@verifull/knex'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }

describe('a function that is given the wrong thing says so:', () => {
  test.each<[what: string, message: string, call: () => unknown]>([
    ['a function as options', 'not a function', () => secureConfig((() => ({})) as never, SETTINGS)],
    [
      'a Map as connection',
      'option connection must be an object or a connection string, not a Map',
      () => secureConfig({ connection: new Map() } as never, SETTINGS),
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

test('a URL object is a connection string', () => {
  const options = new URL('postgres://app@db.example:5433/shop') as never
  expect(explain({ options, settings: { environment: {} } }).endpoints).toEqual([{ host: 'db.example', port: 5433 }])
})

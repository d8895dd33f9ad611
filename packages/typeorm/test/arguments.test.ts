import { ConfigurationError, explain, secureConfig } from '@verifull/typeorm'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }

describe('a function that is given the wrong thing says so:', () => {
  test.each<[what: string, message: string, call: () => unknown]>([
    [
      'a Map as extra',
      'option extra must be an object or a connection string, not a Map',
      () => secureConfig({ extra: new Map() }, SETTINGS),
    ],
  ])('%s → %s', (_what, message, call) => {
    expect(call).toThrow(ConfigurationError)
    expect(call).toThrow(message)
  })
})

test('options that inherit from defaults, in extra and replication too, keep everything', () => {
  const entities: [] = []
  const options = Object.create({
    host: 'db.example',
    username: 'app',
    entities,
    extra: Object.create({ statement_timeout: 500, max: 7 }),
    replication: Object.create({ slaves: [Object.create({ host: 'replica.example' })] }),
  })
  expect(secureConfig(options, { environment: {} })).toMatchObject({
    entities,
    poolSize: 7,
    extra: { statement_timeout: 500 },
  })
  expect(explain({ options, settings: { environment: {} } })).toMatchObject({
    endpoints: [{ host: 'db.example' }],
    replicas: [{ endpoints: [{ host: 'replica.example' }] }],
  })
})

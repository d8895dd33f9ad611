import * as six from '@verifull/sequelize'
import * as seven from '@verifull/sequelize/v7'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }

describe.each([
  ['Sequelize 6', six, 'username'],
  ['Sequelize 7', seven, 'user'],
] as const)('%s', (_name, { ConfigurationError, explain, resolveProfile, secureConfig }, user) => {
  test.each<[what: string, message: string, call: () => unknown]>([
    [
      'a Promise as options',
      'not a Promise; await it first',
      () => secureConfig(Promise.resolve({}) as never, SETTINGS),
    ],
    ['a Map as options', 'not a Map; use Object.fromEntries()', () => secureConfig(new Map() as never, SETTINGS)],
    ['a list as options', 'not an array', () => secureConfig([] as never, SETTINGS)],
    ['a Map as pool', 'option pool must be an object', () => secureConfig({ pool: new Map() } as never, SETTINGS)],
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
      'text as sources',
      'explain(): sources must be an object, not a string',
      () => explain('postgres://x:CANARY@y' as never),
    ],
  ])('%s → %s', (_what, message, call) => {
    expect(call).toThrow(ConfigurationError)
    expect(call).toThrow(message)
  })

  test('options that inherit from defaults keep everything', () => {
    const options = Object.create({
      host: 'db.example',
      [user]: 'app',
      logging: false,
      pool: Object.create({ max: 7 }),
    })
    expect(secureConfig(options, { environment: {} })).toMatchObject({ logging: false, pool: { max: 7 } })
    expect(explain({ options, settings: { environment: {} } }).endpoints).toEqual([{ host: 'db.example', port: 5432 }])
  })

  test('options of null are none', () => {
    expect(secureConfig(null as never, SETTINGS)).toHaveProperty('pool.max', 50)
  })
})

test('use_env_variable among inherited options is read, and what it stands beside stays', () => {
  const environment = { SHOP_URL: 'postgres://app@db.example:5433/shop' }
  const options = Object.create({ use_env_variable: 'SHOP_URL', logging: false })
  const config = six.secureConfig(options, { environment })
  expect(config).toMatchObject({ logging: false, database: 'shop' })
  expect(config).not.toHaveProperty('use_env_variable')
})

import * as six from '@verifull/sequelize'
import * as seven from '@verifull/sequelize/v7'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }

describe.each([
  ['Sequelize 6', six],
  ['Sequelize 7', seven],
] as const)('%s', (_name, { ConfigurationError, secureConfig }) => {
  test.each<[what: string, message: string, call: () => unknown]>([
    ['a Map as pool', 'option pool must be an object', () => secureConfig({ pool: new Map() } as never, SETTINGS)],
  ])('%s → %s', (_what, message, call) => {
    expect(call).toThrow(ConfigurationError)
    expect(call).toThrow(message)
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

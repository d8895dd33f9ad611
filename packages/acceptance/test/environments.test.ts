import { inspect } from 'node:util'
import { type Settings, VerifullError } from '@verifull/core'
import * as knexAdapter from '@verifull/knex'
import * as pgAdapter from '@verifull/pg'
import * as sequelizeAdapter from '@verifull/sequelize'
import * as sequelize7Adapter from '@verifull/sequelize/v7'
import { withVariables } from '@verifull/test-harness'
import * as typeormAdapter from '@verifull/typeorm'
import knex from 'knex'
import pg from 'pg'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { describe, expect, test } from 'vitest'

type Secure = (options: object, settings?: Settings) => object
type SecureAll = (environments: Record<string, unknown>, settings?: Settings) => Record<string, object>

/** Each adapter, and the first step of its library with a configuration. */
const ADAPTERS: readonly [
  name: string,
  { secureConfig: Secure; secureConfigs: SecureAll },
  use: (config: object) => unknown,
][] = [
  ['pg', pgAdapter as never, (config) => new pg.Pool(config)],
  ['pg, a Client', pgAdapter as never, (config) => new pg.Client(config)],
  ['TypeORM', typeormAdapter as never, (config) => new DataSource(config as never)],
  ['Sequelize 6', sequelizeAdapter as never, (config) => new Sequelize(config)],
  ['Sequelize 7', sequelize7Adapter as never, (config) => ({ ...config })],
  ['Knex', knexAdapter as never, (config) => knex(config)],
]

/** Settings of production, with a CA file that this machine does not have. */
const SETTINGS = { host: 'db.example', user: 'app', sslrootcert: '/etc/verifull-production/ca.crt' } as const
const REFUSED = /sslrootcert "\/etc\/verifull-production\/ca.crt" \(from settings.sslrootcert\).* there is no such file/

const DEVELOPERS: readonly [name: string, variables: Record<string, string | undefined>][] = [
  ['NODE_ENV is not set', { NODE_ENV: undefined, VERIFULL_POLICY: undefined }],
  ['NODE_ENV=development', { NODE_ENV: 'development', VERIFULL_POLICY: undefined }],
  ['VERIFULL_POLICY=development', { NODE_ENV: undefined, VERIFULL_POLICY: 'development' }],
]

describe.each(ADAPTERS)('%s', (_name, { secureConfig, secureConfigs }, use) => {
  describe.each(DEVELOPERS)('secureConfig(), %s', (_what, variables) => {
    const refused = (settings: Settings) => withVariables(variables, async () => secureConfig({}, settings))

    test.each<Settings['policy']>(['production', 'staging', 'strict', 'test', { use: 'production' }])(
      'policy %j, refused → the refusal is thrown when the library reads it',
      async (policy) => {
        const config = await withVariables(variables, async () => ({
          production: secureConfig({}, { ...SETTINGS, policy: policy as 'test' }),
        }))
        expect(() => use(config.production)).toThrow(REFUSED)
        expect(() => ({ ...config.production })).toThrow(VerifullError)
        expect(() => JSON.stringify(config)).toThrow(REFUSED)
        expect(inspect(config)).toMatch(REFUSED)
      },
    )

    test.each<Settings>([SETTINGS, { ...SETTINGS, policy: 'development' }, { ...SETTINGS, policy: { allow: {} } }])(
      'its own policy, refused → thrown at once: %j',
      async (settings) => {
        await expect(refused(settings)).rejects.toThrow(REFUSED)
      },
    )

    test('secureConfig: variables as an argument, refused → thrown at once', async () => {
      await expect(refused({ ...SETTINGS, policy: 'production', environment: {} })).rejects.toThrow(REFUSED)
    })

    test('secureConfig: policy production, accepted → the configuration', async () => {
      const accepted = { host: 'db.example', user: 'app', policy: 'production' } as const
      const config = await withVariables(variables, async () => secureConfig({}, accepted))
      expect(() => use(config)).not.toThrow()
    })
  })

  test.each(['production', 'staging', 'test'])(
    'secureConfig() where NODE_ENV=%s, refused → thrown at once',
    async (NODE_ENV) => {
      const variables = { NODE_ENV, VERIFULL_POLICY: undefined }
      for (const policy of ['production', 'strict'] as const) {
        await expect(withVariables(variables, async () => secureConfig({}, { ...SETTINGS, policy }))).rejects.toThrow(
          REFUSED,
        )
      }
    },
  )

  describe('secureConfigs()', () => {
    const SHARED = { host: 'db.example', user: 'app', environment: {} } as const

    test('settings by environment → each has the policy of its key, or the one that it names', () => {
      const said: string[] = []
      const weak = { sslmode: 'disable' } as const
      const configs = secureConfigs(
        {
          development: [{}, weak],
          production: [{}, weak],
          staging: [{}, { ...weak, policy: 'development' }],
          test: [{}, { ...weak, policy: { use: 'strict' } }],
          qa: [{}, weak],
          preview: [{}, { ...weak, policy: { allow: { 'no-such-rule': 'x' } } }],
        },
        SHARED,
      )
      for (const [key, config] of Object.entries(configs)) {
        try {
          said.push(`${key}: ${typeof Reflect.get(config, 'pool')}`)
        } catch (error) {
          said.push(`${key}: ${/policy (\w+)/.exec((error as Error).message)?.[1]}`)
        }
      }
      expect(said.filter((text) => /undefined|object/.test(text)).map((text) => text.split(':')[0])).toEqual([
        'development',
        'staging',
      ])
      expect(said.filter((text) => !/undefined|object/.test(text))).toEqual([
        'production: production',
        'test: strict',
        'qa: production',
        'preview: production',
      ])
    })

    test('a refused block, any NODE_ENV → thrown on use', () => {
      const configs = secureConfigs({ development: {}, production: [{}, SETTINGS] }, SHARED)
      expect(Object.keys(configs)).toEqual(['development', 'production'])
      expect(() => use(configs.production as object)).toThrow(REFUSED)
      expect(configs.development).toBe(configs.development)
    })

    test('a function as block → called once, when its environment is read; its error is thrown on use', () => {
      const called: string[] = []
      const configs = secureConfigs(
        {
          development: () => {
            called.push('development')
            return {}
          },
          production: () => {
            called.push('production')
            throw new TypeError('PROD_CA is not set')
          },
        },
        SHARED,
      )
      expect(called).toEqual([])
      expect(configs.development).toBe(configs.development)
      expect(called).toEqual(['development'])
      expect(() => use(configs.production as object)).toThrow('PROD_CA is not set')
    })

    test('a refused block read and copied → nothing is thrown', () => {
      const configs = secureConfigs({ development: {}, production: [{}, SETTINGS] }, SHARED)
      const { development, ...others } = { ...configs, extra: {} } as Record<string, object>
      expect(development).toBe(configs.development)
      expect(Object.keys(others)).toEqual(['production', 'extra'])
    })

    test.each([[undefined], ['postgres://x:CANARY@y'], [[{}]], [new Map()]])(
      'no object of blocks, %o → refused',
      (blocks) => {
        expect(() => secureConfigs(blocks as never)).toThrow('secureConfigs(): environments must be an object, not ')
      },
    )
  })
})

test('Sequelize’s use_env_variable, not set → refused on use on a developer’s machine, at once elsewhere', async () => {
  const { secureConfig } = sequelizeAdapter
  const make = async () => secureConfig({ use_env_variable: 'VERIFULL_PRODUCTION_URL' })
  for (const [, variables] of DEVELOPERS) {
    const holder = await withVariables(variables, async () => ({
      production: secureConfig({ use_env_variable: 'VERIFULL_PRODUCTION_URL' }),
    }))
    expect(() => new Sequelize(holder.production)).toThrow(
      'option use_env_variable: VERIFULL_PRODUCTION_URL is not set',
    )
  }
  await expect(withVariables({ NODE_ENV: 'production' }, make)).rejects.toThrow('VERIFULL_PRODUCTION_URL is not set')
})

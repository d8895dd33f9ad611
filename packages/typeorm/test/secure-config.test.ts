import {
  ConfigurationError,
  explain,
  PolicyError,
  resolveProfile,
  type Settings,
  secureConfig,
  type TypeormOptions,
} from '@verifull/typeorm'
import type { DataSource } from 'typeorm'
import { describe, expect, expectTypeOf, test } from 'vitest'

const SETTINGS: Settings = {
  host: 'db.example',
  user: 'app',
  password: 'kahGh2-eiYo9',
  database: 'shop',
  environment: { NODE_ENV: 'production' },
}

describe('the options', () => {
  test('are TypeORM’s own, without a word of the connection', () => {
    const options: TypeormOptions = {
      url: 'postgres://app@db.example:6432/shop',
      ssl: true,
      applicationName: 'shop',
      entities: [],
      schema: 'sales',
      parseInt8: true,
      logNotifications: true,
      extra: { statement_timeout: 5_000, application_name: 'shop', host: 'db.example' },
    }
    const { driver, ...config } = secureConfig(options, {
      password: 'kahGh2-eiYo9',
      environment: { NODE_ENV: 'production' },
    })
    expect(config).toEqual({
      type: 'postgres',
      host: '/only-verifull-may-connect',
      port: 6432,
      ssl: true,
      database: 'shop',
      entities: [],
      schema: 'sales',
      parseInt8: true,
      logNotifications: true,
      poolSize: 50,
      connectTimeoutMS: 15_000,
      extra: { statement_timeout: 5_000, idleTimeoutMillis: 30_000 },
    })
    expect(driver.native).toBeNull()
    expect(JSON.stringify(config)).not.toContain('kahGh2')
  })

  test('with replicas name each by what only Verifull’s driver understands', () => {
    const { replication, host } = secureConfig(
      {
        replication: { defaultMode: 'master', master: {}, slaves: [{ host: 'one.example' }, { host: 'two.example' }] },
      },
      SETTINGS,
    )
    expect(host).toBe('/only-verifull-may-connect')
    expect(replication).toEqual({
      defaultMode: 'master',
      master: { host: '/only-verifull-may-connect', port: 5432, ssl: true, database: 'shop' },
      slaves: [
        { host: '/only-verifull-may-connect/replica-1', port: 5432, ssl: true, database: 'shop' },
        { host: '/only-verifull-may-connect/replica-2', port: 5432, ssl: true, database: 'shop' },
      ],
    })
    expect(secureConfig({ replication: { master: {}, slaves: [] } }, SETTINGS)).not.toHaveProperty('replication')
  })

  test('are made synchronously, quickly, and may be changed: TypeORM’s own command line does', () => {
    const config = secureConfig({}, SETTINGS)
    expect(Object.assign(config, { logging: true })).toHaveProperty('logging', true)
  })
})

describe('the type', () => {
  test('is TypeORM’s, and not any', () => {
    const config = secureConfig({ autoLoadEntities: true, entities: [] }, SETTINGS)
    expectTypeOf(config).not.toBeAny()
    expectTypeOf(config.type).toEqualTypeOf<'postgres'>()
    expectTypeOf(config.autoLoadEntities).toEqualTypeOf<boolean>()
    expectTypeOf(config).toExtend<ConstructorParameters<typeof DataSource>[0]>()
    // @ts-expect-error: there is no such option
    expect(config.nothing).toBeUndefined()
    // @ts-expect-error: TypeORM's option is a number
    const size: string = config.poolSize
    expect(size).toBe(50)
  })

  test('takes TypeORM’s options and no other database’s', () => {
    // @ts-expect-error: a port is a number
    expect(() => secureConfig({ port: '5432' }, SETTINGS)).not.toThrow()
    // @ts-expect-error: another database
    expect(() => secureConfig({ type: 'mysql' }, SETTINGS)).toThrow(ConfigurationError)
  })
})

describe('refused by name:', () => {
  test.each<[name: string, options: object, message: string | RegExp]>([
    ['another database', { type: 'mysql' }, 'option type must be postgres, not "mysql"'],
    ['a relative of PostgreSQL with a driver of its own', { type: 'cockroachdb' }, 'not "cockroachdb"'],
    ['Aurora over HTTP', { type: 'aurora-postgres' }, 'not "aurora-postgres"'],
    ['a driver', { driver: {} }, 'option driver: Verifull gives TypeORM the pg module'],
    ['a native driver', { nativeDriver: {} }, 'option nativeDriver: pg-native ignores TLS settings'],
    ['ssl: false', { ssl: false }, 'sslmode=disable (from option ssl) is refused by policy production'],
    ['extra.ssl: false', { extra: { ssl: false } }, 'sslmode=disable (from option extra.ssl) is refused'],
    [
      'extra.ssl: false beside ssl',
      { ssl: {}, extra: { ssl: false } },
      'sslmode=disable (from option extra.ssl) contradicts option ssl; remove one',
    ],
    [
      'no verification',
      { ssl: { rejectUnauthorized: false } },
      'option ssl.rejectUnauthorized=false, which turns off the verification of the server',
    ],
    [
      'no verification, in extra',
      { extra: { ssl: { rejectUnauthorized: false } } },
      'option extra.ssl.rejectUnauthorized',
    ],
    [
      'a url that contradicts the host',
      { url: 'postgres://db.other/shop', host: 'db.example' },
      'host=db.example (from option host) contradicts host=db.other (from option url); remove one',
    ],
    [
      'extra.host that contradicts the host',
      { host: 'db.example', extra: { host: 'db.other' } },
      'host=db.other (from option extra.host) contradicts host=db.example (from option host); remove one',
    ],
    [
      'two urls',
      { url: 'postgres://db.example', extra: { connectionString: 'postgres://db.other' } },
      /option extra\.connectionString is .*option url; remove one/,
    ],
    [
      'a url that asks for plaintext',
      { url: 'postgres://db.example/shop?sslmode=disable' },
      'sslmode=disable (from option url) for db.example:5432 is refused by policy production',
    ],
    [
      'a primary in plaintext',
      { replication: { master: { ssl: false }, slaves: [] } },
      'sslmode=disable (from option replication.master.ssl) is refused',
    ],
    [
      'a replica in plaintext',
      { replication: { master: {}, slaves: [{ host: 'one.example', ssl: false }] } },
      'option replication.slaves[0].ssl',
    ],
  ])('%s', (_name, options, message) => {
    const { host: _host, database: _database, ...settings } = SETTINGS
    const secure = () => secureConfig(options as object, settings)
    expect(secure).toThrow(message)
    expect(secure).toThrow(expect.toSatisfy((error) => [ConfigurationError, PolicyError].includes(error.constructor)))
  })

  test('the same options without it are taken', () => {
    expect(secureConfig({ ssl: true, url: 'postgres://db.example/shop' }, SETTINGS).type).toBe('postgres')
  })

  test('all that is wrong is listed at once', () => {
    const wrong = { driver: {}, port: 'x', ssl: { pfx: 'x' } } as object
    expect(() => secureConfig(wrong, SETTINGS)).toThrow(/^3 problems with the connection settings:\n/)
  })
})

describe('what belongs to the start of an application', () => {
  const options = { host: 'db.example', username: 'app', ssl: { ca: '/no/such/file' } }
  const settings = { environment: {} }

  test('explain() understands TypeORM’s words', () => {
    const { accepted, settings: explained, problems } = explain({ options, settings })
    expect(accepted).toBe(false)
    expect(explained).toContainEqual({ parameter: 'user', value: 'app', source: 'option username', shadows: [] })
    expect(problems.map(({ parameter }) => parameter)).toEqual(['sslrootcert'])
  })

  test('resolveProfile() does, and refuses what secureConfig() refuses', () => {
    expect(() => resolveProfile({ options, settings })).toThrow(ConfigurationError)
    const { profile } = resolveProfile({ options: { ...options, ssl: true }, settings })
    expect(profile).toMatchObject({ sslmode: { value: 'verify-full', source: 'option ssl=true' } })
  })
})

import { PostgresDialect } from '@sequelize/postgres'
import {
  ConfigurationError,
  explain,
  PolicyError,
  resolveProfile,
  type SequelizeOptions,
  type Settings,
  secureConfig,
} from '@verifull/sequelize'
import { explain as explain7, secureConfig as secureConfig7 } from '@verifull/sequelize/v7'
import { type ModelStatic, type Options, Sequelize } from 'sequelize'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { VERSIONS } from './versions.ts'

const SETTINGS: Settings = {
  host: 'db.example',
  user: 'app',
  password: 'kahGh2-eiYo9',
  database: 'shop',
  environment: { NODE_ENV: 'production' },
}
const { host: _host, user: _user, database: _database, ...SECRET } = SETTINGS

describe('the options are Sequelize’s own, without a word of the connection', () => {
  test('of 6', () => {
    const given: SequelizeOptions = {
      dialect: 'postgres',
      url: 'postgres://app@db.example:6432/shop',
      ssl: true,
      pool: { max: 7, idle: 5_000, evict: 500, maxUses: 9 },
      dialectOptions: {
        ssl: { require: true },
        application_name: 'shop',
        keepAlive: true,
        statement_timeout: 5_000,
        prependSearchPath: true,
      },
      timezone: '+02:00',
      define: { underscored: true },
    }
    const { dialectModule, ...config } = secureConfig(given, SECRET)
    expect(config).toEqual({
      dialect: 'postgres',
      host: '/only-verifull-may-connect',
      port: 6432,
      username: 'app',
      database: 'shop',
      pool: { max: 7, acquire: 15_000, idle: 5_000, evict: 500, maxUses: 9 },
      dialectOptions: { statement_timeout: 5_000, prependSearchPath: true },
      timezone: '+02:00',
      define: { underscored: true },
    })
    expect(JSON.stringify(config)).not.toContain('kahGh2')
  })

  test('of 7', () => {
    const { pgModule, ...config } = secureConfig7(
      {
        dialect: 'postgres',
        url: 'postgres://app@db.example:6432/shop',
        ssl: true,
        pool: { max: 7, idle: 5_000, evict: 500, maxUses: 9 },
        application_name: 'shop',
        keepAlive: true,
        keepAliveInitialDelayMillis: 1_000,
        statement_timeout: 5_000,
        timezone: '+02:00',
      },
      SECRET,
    )
    expect(config).toEqual({
      dialect: PostgresDialect,
      host: '/only-verifull-may-connect',
      port: 6432,
      user: 'app',
      database: 'shop',
      pool: { max: 7, acquire: 15_000, idle: 5_000, evict: 500, maxUses: 9 },
      statement_timeout: 5_000,
      timezone: '+02:00',
    })
  })

  test('the name of the database is the user’s where none is given', () => {
    const { database: _none, ...settings } = SETTINGS
    expect(secureConfig({}, settings)).toMatchObject({ username: 'app', database: 'app' })
  })

  test('replicas are named by what only Verifull’s driver understands', () => {
    const read = [{ host: 'one.example' }, { host: 'two.example', username: 'reader' }]
    expect(secureConfig({ replication: { write: {}, read } }, SETTINGS).replication).toEqual({
      write: {},
      read: [
        { host: '/only-verifull-may-connect/replica-1', port: 5432 },
        { host: '/only-verifull-may-connect/replica-2', port: 5432 },
      ],
    })
    expect(secureConfig({ replication: { read: { host: 'one.example' } } }, SETTINGS).replication).toMatchObject({
      read: [{ host: '/only-verifull-may-connect/replica-1', port: 5432 }],
    })
    expect(secureConfig({ replication: false }, SETTINGS).replication).toBeUndefined()
  })
})

describe('types', () => {
  test('the result is Sequelize’s own type, and not any', () => {
    const config = secureConfig({ logging: false }, SETTINGS)
    expectTypeOf(config).toExtend<Options>()
    // @ts-expect-error a number is no string
    const timezone: number | undefined = config.timezone
    // @ts-expect-error a number is no string
    const timezone7: number | undefined = secureConfig7({}, SETTINGS).timezone
    expect([timezone, timezone7]).toEqual([undefined, undefined])
    expect(new Sequelize(config)).toBeInstanceOf(Sequelize)
  })

  test('keys that are not Sequelize’s, as NestJS and sequelize-typescript have them, keep their types and values', () => {
    const models: ModelStatic<never>[] = []
    const config = secureConfig({ models, autoLoadModels: true, synchronize: false, ssl: true }, SETTINGS)
    expectTypeOf(config.models).toEqualTypeOf<ModelStatic<never>[]>()
    expectTypeOf(config.autoLoadModels).toEqualTypeOf<boolean>()
    expect(config).toMatchObject({ models, autoLoadModels: true, synchronize: false })
  })

  test('another dialect, pg-native and a module of one’s own are errors of the compiler too', () => {
    // @ts-expect-error mysql is not PostgreSQL
    expect(() => secureConfig({ dialect: 'mysql' }, SETTINGS)).toThrow(ConfigurationError)
    // @ts-expect-error pg-native ignores TLS settings
    expect(() => secureConfig({ native: true }, SETTINGS)).toThrow(ConfigurationError)
    // @ts-expect-error mysql is not PostgreSQL
    expect(() => secureConfig7({ dialect: 'mysql' }, SETTINGS)).toThrow(ConfigurationError)
    // @ts-expect-error pg-native ignores TLS settings
    expect(() => secureConfig7({ native: true }, SETTINGS)).toThrow(ConfigurationError)
  })
})

/** Options that would weaken the connection or lead it elsewhere, and what is said of them. */
const REFUSED: readonly [options: object, message: string][] = [
  [{ dialect: 'mysql' }, 'option dialect: Verifull connects to PostgreSQL and nothing else; use postgres'],
  [{ native: true }, 'option native: pg-native ignores TLS settings and may connect unverified; remove it'],
  [{ ssl: false }, 'sslmode=disable (from option ssl) is refused by policy production'],
  [
    { ssl: { rejectUnauthorized: false } },
    'option ssl.rejectUnauthorized=false, which turns off the verification of the server, is refused by policy production',
  ],
  [{ ssl: 'require' }, 'option ssl must be true, false or an object, not "require"; use sslmode=require'],
  [
    { url: 'postgres://db.example/shop?sslmode=disable' },
    'sslmode=disable (from option url) for db.example:5432 is refused by policy production',
  ],
  [{ url: 'postgres://db.example/shop?sslmode=no-verify' }, 'sslmode'],
  [{ url: 'postgres://other.example/shop', host: 'db.example' }, 'host=db.example (from option host) contradicts'],
  [{ pool: { max: -1 } }, 'option pool.max must be a number of 0 or more, not -1'],
  [
    { pool: { evict: 2 ** 31 } },
    'option pool.evict must be a number of milliseconds from 0 to 2147483647, not 2147483648; for 5 s write 5000',
  ],
  [{ replication: { read: [{ host: 'one.example', ssl: false }] } }, 'option replication.read[0].ssl'],
  [{ replication: { write: { host: 'x.example' }, read: 7 } }, 'option replication.read'],
  [{ socketPath: '/cloudsql/a:b:c' }, 'option socketPath: the connection is made below the driver; for a Unix-domain'],
  [
    { stream: () => {} },
    'option stream: the connection is made below the driver; through a tunnel or a proxy, say host',
  ],
  [{ authPlugins: {} }, 'option authPlugins: the login is made below the driver; give a token as password function'],
  [
    { replication: { read: [{ host: 'one.example', getConnection: () => {} }] } },
    'option replication.read[0].getConnection: the connection is made below the driver',
  ],
]

const REFUSED_6: typeof REFUSED = [
  [
    { dialectModule: {} },
    'option dialectModule: Verifull gives Sequelize the pg module that connects as configured; remove it',
  ],
  [{ dialectModulePath: 'pg' }, 'option dialectModulePath: Verifull gives Sequelize'],
  [
    { dialectOptions: { ssl: false } },
    'sslmode=disable (from option dialectOptions.ssl) is refused by policy production',
  ],
  [
    { dialectOptions: { ssl: { require: true, rejectUnauthorized: false } } },
    'option dialectOptions.ssl.rejectUnauthorized=false',
  ],
  [{ ssl: true, dialectOptions: { ssl: false } }, 'option dialectOptions.ssl'],
  [
    { dialectOptions: { ssl: { secureContext: {} } } },
    'option dialectOptions.ssl.secureContext is not supported; give ssl.ca',
  ],
  [{ dialectOptions: { stream: () => {} } }, 'option dialectOptions.stream: the connection is made below the driver'],
  [{ dialectOptions: { socketPath: '/cloudsql/a:b:c' } }, 'option dialectOptions.socketPath: the connection is made'],
  [
    { host: 'db.example', dialectOptions: { host: 'other.example' } },
    'host=other.example (from option dialectOptions.host) contradicts host=db.example (from option host)',
  ],
  [{ use_env_variable: 'SHOP_URL' }, 'option use_env_variable: SHOP_URL is not set'],
]

const REFUSED_7: typeof REFUSED = [
  [{ pgModule: {} }, 'option pgModule: Verifull gives Sequelize the pg module that connects as configured; remove it'],
  [{ ssl: { secureContext: {} } }, 'option ssl.secureContext is not supported; give ssl.ca'],
]

describe.each(VERSIONS)('what $name cannot have is refused by name', ({ user, secured }) => {
  const { host: _one, database: _two, ...settings } = SETTINGS
  test.each([...REFUSED, ...(user === 'username' ? REFUSED_6 : REFUSED_7)])('%o', (options, message) => {
    expect(() => secured(options, settings)).toThrow(message)
  })

  test('all at once, with the same options in good order beside it', () => {
    const wrong = () => secured({ native: true, ssl: 'require', dialect: 'sqlite' }, SETTINGS)
    expect(wrong).toThrow(/^3 problems with the connection settings:/)
    expect(wrong).toThrow(ConfigurationError)
    expect(() => secured({ ssl: false }, SETTINGS)).toThrow(PolicyError)
    expect(secured({ native: false, ssl: true, dialect: 'postgres' }, SETTINGS)).toMatchObject({ database: 'shop' })
  })
})

describe('a URL', () => {
  test.each(VERSIONS)('may stand in place of the options of $name', ({ secured, user }) => {
    expect(secured('postgres://app@db.example/shop', SECRET)).toMatchObject({ [user]: 'app', database: 'shop' })
  })

  test('may be called uri, as NestJS does', () => {
    const config = secureConfig({ uri: 'postgres://app@db.example/shop', autoLoadModels: true }, SECRET)
    expect(config).toMatchObject({ username: 'app', database: 'shop', autoLoadModels: true })
    expect(config).not.toHaveProperty('uri')
  })

  test('may be in the variable that sequelize-cli is told of', () => {
    const environment = { ...SETTINGS.environment, SHOP_URL: 'postgres://app:kahGh2-eiYo9@db.example/shop' }
    const config = secureConfig({ use_env_variable: 'SHOP_URL' }, { environment })
    expect(config).toMatchObject({ username: 'app', database: 'shop' })
    expect(config).not.toHaveProperty('use_env_variable')
    expect(resolveProfile({ options: { use_env_variable: '' }, settings: SETTINGS }).rest).toEqual({})
  })
})

test('explain() and resolveProfile() know the spelling', () => {
  const options = { dialectOptions: { ssl: false }, username: 'app' }
  expect(explain({ options, settings: SECRET })).toMatchObject({
    accepted: false,
    sslmode: { value: 'disable', source: 'option dialectOptions.ssl' },
  })
  expect(explain7({ options: { ssl: false, user: 'app' }, settings: SECRET }).sslmode).toEqual({
    value: 'disable',
    source: 'option ssl',
  })
  expect(resolveProfile({ options: { username: 'app' }, settings: SECRET }).profile.sslmode.value).toBe('verify-full')
})

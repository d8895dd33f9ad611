import { ConfigurationError, explain, PolicyError, resolveProfile, secureConfig } from '@verifull/knex'
import knex, { type Knex } from 'knex'
import { describe, expect, test } from 'vitest'

const SETTINGS = { host: 'db.example', user: 'app', environment: { NODE_ENV: 'production' } } as const
const NOWHERE = { environment: { NODE_ENV: 'production' } } as const

describe('connection options in the spelling of Knex', () => {
  const read = (options: string | Knex.Config) => {
    const { profile } = resolveProfile({ options, settings: NOWHERE })
    const [endpoint] = profile.endpoints
    return {
      host: endpoint?.kind === 'tcp' ? endpoint.host : undefined,
      port: endpoint?.port,
      user: profile.user,
      database: profile.database,
      startup: profile.startup,
    }
  }
  const EXPECTED = { host: 'db.example', port: 5433, user: 'app', database: 'shop', startup: {} }

  test.each<[name: string, options: string | Knex.Config]>([
    ['a connection string in their place', 'postgres://app@db.example:5433/shop'],
    ['connection, a string', { connection: 'postgres://app@db.example:5433/shop' }],
    ['connection.connectionString', { connection: { connectionString: 'postgres://app@db.example:5433/shop' } }],
    ['connection, an object', { connection: { host: 'db.example', port: 5433, user: 'app', database: 'shop' } }],
  ])('%s', (_name, options) => {
    expect(read(options)).toMatchObject(EXPECTED)
    const { connection } = secureConfig(options, NOWHERE)
    expect(connection).toEqual({
      host: '/only-verifull-may-connect',
      port: 5433,
      ssl: true,
      database: 'shop',
    })
  })

  test('what the server is to be told reaches the profile', () => {
    const connection = { host: 'db.example', user: 'app', application_name: 'shop', options: '-c search_path=app' }
    expect(resolveProfile({ options: { connection }, settings: NOWHERE }).profile.startup).toMatchObject({
      application_name: 'shop',
      options: '-c search_path=app',
    })
  })

  test('what is pg’s own reaches pg', () => {
    const types = { getTypeParser: () => String }
    const connection = { statement_timeout: 500, types, connectionTimeoutMillis: 700, max: 3, filename: 'x' }
    expect(secureConfig({ connection }, SETTINGS).connection).toEqual({
      statement_timeout: 500,
      types,
      connectionTimeoutMillis: 700,
      host: '/only-verifull-may-connect',
      port: 5432,
      ssl: true,
    })
  })

  test('explain() says where each comes from', () => {
    const { sslmode, settings } = explain({
      options: { connection: { host: 'db.example', user: 'app', ssl: true } },
      settings: NOWHERE,
    })
    expect(sslmode).toEqual({ value: 'verify-full', source: 'option connection.ssl=true' })
    expect(settings).toContainEqual(expect.objectContaining({ parameter: 'host', source: 'option connection.host' }))
  })
})

describe('is refused, by the path of the option:', () => {
  test.each<[name: string, options: Knex.Config, message: RegExp]>([
    [
      'ssl, which Knex passes over',
      { ssl: false } as Knex.Config,
      /^sslmode=disable \(from option ssl\) for db\.example:5432 is refused/,
    ],
    [
      'ssl.rejectUnauthorized, which Knex passes over',
      { ssl: { rejectUnauthorized: false } } as Knex.Config,
      /option ssl\.rejectUnauthorized=false/,
    ],
    [
      'connection.ssl',
      { connection: { ssl: false } },
      /sslmode=disable \(from option connection\.ssl\) for db\.example:5432 is refused/,
    ],
    [
      'connection.ssl.rejectUnauthorized',
      { connection: { ssl: { rejectUnauthorized: false } } },
      /option connection\.ssl\.rejectUnauthorized=false/,
    ],
    [
      'sslmode=disable in a connection string',
      { connection: 'postgres://app@db.example/?sslmode=disable' },
      /sslmode=disable \(from option connection\) for db\.example:5432 is refused/,
    ],
    [
      'connection.connectionString beside another host',
      { connection: { connectionString: 'postgres://app@other.example/', host: 'db.example' } },
      /option connection\.connectionString.*option connection\.host|option connection\.host.*option connection\.connectionString/,
    ],
    [
      'connection.expirationChecker',
      { connection: { host: 'db.example', expirationChecker: () => false } },
      /^option connection\.expirationChecker: it would not be called/,
    ],
    [
      'connectionPool',
      {
        connectionPool: {
          connect: async () => undefined,
          end: async () => {},
          totalCount: 0,
          idleCount: 0,
          waitingCount: 0,
        },
      },
      /^option connectionPool: its connections would be made by others; use pool, or give knex\(\) itself a Pool of @verifull\/pg$/,
    ],
    ['client pgnative', { client: 'pgnative' }, nativeRefused('client')],
    ['client pg-native', { client: 'pg-native' }, nativeRefused('client')],
    ['dialect pgnative', { dialect: 'pgnative' }, nativeRefused('dialect')],
    ['the class of pgnative', { client: knex({ client: 'pgnative' }).client.constructor }, nativeRefused('client')],
    [
      'a class that extends that of pgnative',
      { client: class extends dialectOf('pgnative') {} },
      nativeRefused('client'),
    ],
    ['client mysql', { client: 'mysql' }, /^option client: mysql is not PostgreSQL; use pg$/],
    ['dialect sqlite3', { dialect: 'sqlite3' }, /^option dialect: sqlite3 is not PostgreSQL; use pg$/],
    [
      'a class of MySQL',
      { client: dialectOf('mysql') },
      /^option client: it does not extend Knex's PostgreSQL client$/,
    ],
    ['a class of nothing', { client: knex.Client }, /^option client: it does not extend Knex's PostgreSQL client$/],
  ])('%s', (_name, options, message) => {
    expect(() => secureConfig(options, { ...SETTINGS, ...withoutHost(options) })).toThrow(message)
  })

  test('all of it at once', () => {
    const wrong = () =>
      secureConfig(
        { client: 'mysql', connection: { stream: () => undefined }, pool: { max: -1 } },
        { ...SETTINGS, sslmode: 'disable' },
      )
    expect(wrong).toThrow(ConfigurationError)
    expect(wrong).toThrow(/^4 problems with the connection settings:\n(.*\n)*.*option client: mysql/)
  })

  test('what only the policy refuses is a PolicyError', () => {
    expect(() => secureConfig({ connection: { ssl: false } }, SETTINGS)).toThrow(PolicyError)
  })
})

describe('the client', () => {
  test.each(['pg', 'postgres', 'postgresql', undefined])('%s is the dialect of PostgreSQL', (client) => {
    const config = secureConfig(client === undefined ? {} : { client }, SETTINGS)
    expect(config.client.prototype).toBeInstanceOf(dialectOf('pg'))
  })

  test.each(['cockroachdb', 'redshift'])('%s is the dialect of its name, with our driver', (client) => {
    const db = knex(secureConfig({ client }, SETTINGS))
    expect(db.client).toBeInstanceOf(dialectOf(client))
    expect(db.client.driver.native).toBeUndefined()
  })

  test('a class of the user’s stays in place', () => {
    class Quoting extends dialectOf('pg') {
      override wrapIdentifierImpl(value: string): string {
        return `<${value}>`
      }
    }
    const db = knex(secureConfig({ client: Quoting }, SETTINGS))
    expect(db('item').toString()).toBe('select * from <item>')
    expect(db.client.driver.native).toBeUndefined()
  })

  test('a class of the user’s that brings another driver does not get it', () => {
    class Driven extends dialectOf('pg') {
      _driver(): object {
        return {}
      }
      override initializeDriver(): void {
        this.driver = {}
      }
    }
    const { driver } = knex(secureConfig({ client: Driven }, SETTINGS)).client
    expect(driver).toHaveProperty('Client')
    expect(driver.native).toBeUndefined()
  })

  test('dialect, the old word for it, is understood and not needed any more', () => {
    expect(secureConfig({ dialect: 'postgres' }, SETTINGS)).not.toHaveProperty('dialect')
  })
})

describe('the pool', () => {
  const limitsOf = (options: Knex.Config, settings = {}) => {
    const { acquireConnectionTimeout, pool } = secureConfig(options, { ...SETTINGS, ...settings })
    return { acquireConnectionTimeout, pool }
  }
  const DEFAULTS = { min: 0, max: 50, createTimeoutMillis: 15_000, idleTimeoutMillis: 30_000 }

  test('has the limits of the policy, and keeps nothing open without a word', () => {
    expect(limitsOf({})).toEqual({ acquireConnectionTimeout: 15_000, pool: DEFAULTS })
    expect(limitsOf({}, { policy: 'development' }).pool).toEqual({ ...DEFAULTS, max: 5 })
  })

  test('takes the limits in Knex’s words', () => {
    const pool = { min: 1, max: 4, idleTimeoutMillis: 2_000, maxConnectionLifetimeMillis: 90_500 }
    expect(limitsOf({ pool, acquireConnectionTimeout: 700 })).toEqual({
      acquireConnectionTimeout: 700,
      pool: { min: 1, max: 4, idleTimeoutMillis: 2_000, createTimeoutMillis: 700 },
    })
  })

  test('takes the limits in pg’s words from the settings, which are stronger', () => {
    const settings = { pool: { max: 6, connectionTimeoutMillis: 900, maxLifetimeSeconds: 60 } }
    expect(limitsOf({ pool: { max: 4 } }, settings)).toEqual({
      acquireConnectionTimeout: 900,
      pool: { ...DEFAULTS, max: 6, createTimeoutMillis: 900 },
    })
  })

  test.each([
    [{ pool: { acquireTimeoutMillis: 600 } }, 600],
    [{ pool: { acquireTimeoutMillis: 600 }, acquireConnectionTimeout: 500 }, 500],
    [{ pool: { acquireTimeoutMillis: 600 }, acquireConnectionTimeout: 700 }, 600],
  ])('of Knex’s two words for the time to wait, the smaller counts: %j', (options, expected) => {
    expect(limitsOf(options).acquireConnectionTimeout).toBe(expected)
  })

  test('createTimeoutMillis is a limit of its own', () => {
    expect(limitsOf({ pool: { createTimeoutMillis: 800 } })).toEqual({
      acquireConnectionTimeout: 15_000,
      pool: { ...DEFAULTS, createTimeoutMillis: 800 },
    })
  })

  test.each([
    [{ pool: { createTimeoutMillis: 2 ** 31 } }, 'pool.createTimeoutMillis', '2147483648'],
    [{ pool: { destroyTimeoutMillis: -1 } }, 'pool.destroyTimeoutMillis', '-1'],
    [{ connection: { host: 'db.example', statement_timeout: '5s' } }, 'connection.statement_timeout', 'a string'],
  ])('a time that no timer keeps is refused: %j', (options, name, found) => {
    const range = 'a number of milliseconds from 0 to 2147483647'
    const message = `option ${name} must be ${range}, not ${found}; for 5 s write 5000`
    expect(() => secureConfig({ connection: { host: 'db.example' }, ...options } as never, SETTINGS)).toThrow(message)
  })

  test('keeps everything else that is said of it', () => {
    const afterCreate = () => {}
    const pool = { afterCreate, propagateCreateError: false, reapIntervalMillis: 5 }
    expect(limitsOf({ pool }).pool).toEqual({ ...DEFAULTS, ...pool })
  })
})

describe('every other option', () => {
  test('passes through, typed', () => {
    const migrations = { tableName: 'migration' }
    const config = secureConfig({ migrations, searchPath: ['app'], asyncStackTraces: true, ownKey: 1 }, SETTINGS)
    expect(config).toMatchObject({ migrations, searchPath: ['app'], asyncStackTraces: true, ownKey: 1 })
    const own: number = config.ownKey
    expect(own).toBe(1)
  })

  test('has the types of Knex, and none is any', () => {
    const upper = secureConfig(
      { wrapIdentifier: (value, original) => original(value.toUpperCase()), ownKey: 1 },
      SETTINGS,
    )
    expect(knex(upper)('item').toString()).toBe('select * from "ITEM"')
    const file: Record<string, Knex.Config> = { production: upper }
    expect(file).toHaveProperty('production.ownKey', 1)
    const config = secureConfig({ ownKey: 1 }, SETTINGS)
    // @ts-expect-error a number
    const wrong: string = config.ownKey
    // @ts-expect-error no such key
    config.otherKey
    // @ts-expect-error the pool of Knex
    config.pool.size
    // @ts-expect-error the pool of Knex
    expect(() => secureConfig({ pool: { max: 'many' } }, SETTINGS)).toThrow('option pool.max must be a number')
    expect(wrong).toBe(1)
  })
})

function dialectOf(client: string): typeof Knex.Client {
  return knex({ client }).client.constructor
}

function nativeRefused(option: string): RegExp {
  return new RegExp(`^option ${option}: pg-native ignores TLS settings and may connect unverified; use pg$`)
}

/** Returns the settings without the host if the connection has one. */
function withoutHost({ connection }: Knex.Config): object {
  return typeof connection === 'string' || (typeof connection === 'object' && 'host' in connection)
    ? { host: undefined }
    : {}
}

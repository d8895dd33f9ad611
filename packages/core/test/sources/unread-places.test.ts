import { describe, expect, test } from 'vitest'
import { resolveProfile, type Settings } from '../../src/index.ts'
import { unreadPlaces } from '../../src/sources/unread-places.ts'

const URL = 'postgres://app:kahGh2-eiYo9@db.example/orders'

describe('unreadPlaces: a variable of a host or a framework → named, with the one to set', () => {
  test.each([
    'POSTGRES_URL',
    'POSTGRES_PRISMA_URL',
    'POSTGRES_URL_NON_POOLING',
    'POSTGRES_URI',
    'POSTGRESQL_URL',
    'PGURL',
    'PG_URL',
    'PG_CONNECTION_STRING',
    'DATABASE_URI',
    'DATABASE_URL_UNPOOLED',
    'DATABASE_PUBLIC_URL',
    'DATABASE_PRIVATE_URL',
    'DATABASE_CONNECTION_POOL_URL',
    'DATABASE_URL_PGBOUNCER',
    'DIRECT_URL',
    'DIRECT_DATABASE_URL',
    'HEROKU_POSTGRESQL_AMBER_URL',
    'NEON_DATABASE_URL',
    'SUPABASE_DB_URL',
    'TYPEORM_URL',
    'TIMESCALE_SERVICE_URL',
    'AZURE_POSTGRESQL_CONNECTIONSTRING',
    'POSTGRESQLCONNSTR_ORDERS',
    'POSTGRESQL_ADDON_URI',
    'MIKRO_ORM_CLIENT_URL',
    'DB_URL',
    'ORDERS_DATABASE_URL',
    'POSTGRES_URL_FILE',
  ])('%s → DATABASE_URL', (name) => {
    expect(unreadPlaces({ [name]: URL })).toEqual([{ name, instead: 'DATABASE_URL' }])
  })

  test.each([
    'POSTGRES_HOST',
    'POSTGRESQL_HOST',
    'PG_HOST',
    'DATABASE_HOST',
    'DB_HOSTNAME',
    'DB_SERVER',
    'DB_POSTGRESDB_HOST',
    'TYPEORM_HOST',
    'RDS_HOSTNAME',
    'AZURE_POSTGRESQL_HOST',
    'POSTGRES_SERVICE_HOST',
    'POSTGRES_PORT_5432_TCP_ADDR',
    'INSTANCE_UNIX_SOCKET',
  ])('%s → DB_HOST', (name) => {
    expect(unreadPlaces({ [name]: 'db.example' })).toEqual([{ name, instead: 'DB_HOST' }])
  })

  test.each<[string, string]>([
    ['DATABASE_URL', URL],
    ['DB_HOST', 'db.example'],
    ['PGHOSTADDR', '192.0.2.1'],
    ['DATABASE_READ_URL', URL],
    ['SUPABASE_URL', 'https://abc.supabase.co'],
    ['DATABASE_URI', 'mysql://app@db.example/orders'],
    ['REDIS_URL', 'redis://cache.example'],
    ['MYSQL_HOST', 'db.example'],
    ['SHADOW_DATABASE_URL', URL],
    ['POSTGRES_PASSWORD', 'kahGh2-eiYo9'],
    ['DB_LOGGING', 'true'],
    ['HOST', 'web.example'],
    ['HOSTNAME', 'web-1'],
    ['POSTGRES_URL', ''],
  ])('%s=%s → nothing', (name, value) => {
    expect(unreadPlaces({ [name]: value })).toEqual([])
  })
})

describe('no host is configured', () => {
  const settings = (environment: Readonly<Record<string, string>>): Settings => ({
    user: 'app',
    policy: 'development',
    environment,
  })
  const noteOf = (environment: Readonly<Record<string, string>>) =>
    resolveProfile({ settings: settings(environment) }).profile.noHost

  test('variables that are set and not read → named in the note, without their values', () => {
    expect(noteOf({ POSTGRES_URL: URL, POSTGRES_HOST: 'db.example' })).toBe(
      `${noteOf({})}; set and not read: POSTGRES_URL (give DATABASE_URL), POSTGRES_HOST (give DB_HOST)`,
    )
  })

  test('many of them → six are named', () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`APP${index}_DATABASE_URL`, URL]))
    expect(noteOf(many)).toMatch(/APP5_DATABASE_URL \(give DATABASE_URL\) and 3 more$/)
  })

  test('a host is configured beside them → no note', () => {
    expect(noteOf({ POSTGRES_URL: URL, DB_HOST: 'localhost' })).toBeUndefined()
  })

  test('nobody says who logs in either → the refusal has the note, too', () => {
    const environment = { NODE_ENV: 'development', POSTGRES_URL: URL }
    expect(() => resolveProfile({ settings: { environment } })).toThrow(
      /^no user is configured; .*\nnote: no host is configured, .*; set and not read: POSTGRES_URL \(give DATABASE_URL\)$/,
    )
  })
})

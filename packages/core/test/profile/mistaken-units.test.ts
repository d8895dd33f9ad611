import { describe, expect, test } from 'vitest'
import { explain, type Settings, type Sources } from '../../src/index.ts'
import { temporaryFile } from '../sources/reading.ts'

type Environment = Readonly<Record<string, string>>

function said(environment: Environment, settings: Settings = {}, sources: Sources = {}): readonly string[] {
  const given: Settings = { host: 'db.example', user: 'app', policy: 'production', environment, ...settings }
  return explain({ ...sources, settings: given })
    .findings.filter(({ rule }) => rule === 'time-unit')
    .map(({ severity, message }) => `${severity}: ${message}`)
}

const seconds = (text: string, is: string, meant: string, write: number) =>
  `warn: ${text} is ${is}, as it is in seconds (rule time-unit); for ${meant} write ${write}`
const milliseconds = (text: string, is: string, meant: string, write: number) =>
  `warn: ${text} is ${is}, as it is in milliseconds (rule time-unit); for ${meant} write ${write}`

const URL = 'postgres://app@db.example/orders'

describe('a time that is meant in milliseconds and taken in seconds → told, with what to write', () => {
  const TOO_LONG = (source: string) => seconds(`connect_timeout=10000 (from ${source})`, '2 h 46 min 40 s', '10 s', 10)

  test.each<[string, Environment, Settings, Sources, string]>([
    ['PGCONNECT_TIMEOUT', { PGCONNECT_TIMEOUT: '10000' }, {}, {}, TOO_LONG('PGCONNECT_TIMEOUT')],
    ['DATABASE_URL', { DATABASE_URL: `${URL}?connect_timeout=10000` }, { host: '' }, {}, TOO_LONG('DATABASE_URL')],
    ['settings', {}, { connect_timeout: 10000 }, {}, TOO_LONG('settings.connect_timeout')],
    ['an option', {}, {}, { options: { connect_timeout: 10000 } }, TOO_LONG('option connect_timeout')],
    [
      'a part of a second',
      { PGCONNECT_TIMEOUT: '1500' },
      {},
      {},
      seconds('connect_timeout=1500 (from PGCONNECT_TIMEOUT)', '25 min', '1.5 s', 2),
    ],
    [
      'keepalives_idle',
      {},
      { keepalives_idle: 30_000 },
      {},
      seconds('keepalives_idle=30000 (from settings.keepalives_idle)', '8 h 20 min', '30 s', 30),
    ],
    [
      'maxLifetimeSeconds of the settings',
      {},
      { pool: { maxLifetimeSeconds: 1_800_000 } },
      {},
      seconds('pool.maxLifetimeSeconds=1800000 (from settings.pool.maxLifetimeSeconds)', '20 d 20 h', '30 min', 1800),
    ],
    [
      'maxLifetimeSeconds of pg',
      {},
      {},
      { options: { maxLifetimeSeconds: 600_000 } },
      seconds('pool.maxLifetimeSeconds=600000 (from option maxLifetimeSeconds)', '6 d 22 h 40 min', '10 min', 600),
    ],
    [
      'SECRETS_CACHE_TTL',
      { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders', SECRETS_CACHE_TTL: '60000' },
      {},
      {},
      seconds('SECRETS_CACHE_TTL=60000', '16 h 40 min', '1 min', 60),
    ],
  ])('%s', (_what, environment, settings, sources, message) => {
    expect(said(environment, settings, sources)).toEqual([message])
  })
})

describe('a time that is meant in seconds and taken in milliseconds → told, with what to write', () => {
  test.each<[string, Environment, Settings, Sources, string]>([
    [
      'DB_IDLE_TIMEOUT',
      { DB_IDLE_TIMEOUT: '30' },
      {},
      {},
      milliseconds('pool.idleTimeoutMillis=30 (from DB_IDLE_TIMEOUT)', '0.03 s', '30 s', 30_000),
    ],
    [
      'an hour',
      { DB_IDLE_TIMEOUT: '3600' },
      {},
      {},
      milliseconds('pool.idleTimeoutMillis=3600 (from DB_IDLE_TIMEOUT)', '3.6 s', '1 h', 3_600_000),
    ],
    [
      'DB_CONNECTION_TIMEOUT',
      { DB_CONNECTION_TIMEOUT: '5' },
      {},
      {},
      milliseconds('pool.connectionTimeoutMillis=5 (from DB_CONNECTION_TIMEOUT)', '0.005 s', '5 s', 5000),
    ],
    [
      'the settings',
      {},
      { pool: { idleTimeoutMillis: 60 } },
      {},
      milliseconds('pool.idleTimeoutMillis=60 (from settings.pool.idleTimeoutMillis)', '0.06 s', '1 min', 60_000),
    ],
    [
      'options of pg',
      {},
      {},
      { options: { connectionTimeoutMillis: 10 } },
      milliseconds('pool.connectionTimeoutMillis=10 (from option connectionTimeoutMillis)', '0.01 s', '10 s', 10_000),
    ],
    [
      'keepAliveInitialDelayMillis',
      {},
      {},
      { options: { keepAliveInitialDelayMillis: 60 } },
      milliseconds('option keepAliveInitialDelayMillis=60', '0.06 s', '1 min', 60_000),
    ],
    [
      'the lifetime of a pool that counts milliseconds',
      {},
      {},
      { options: { lifetime: 1800 }, spelling: { lifetime: 'maxLifetimeMillis' } },
      milliseconds('option lifetime=1800', '1.8 s', '30 min', 1_800_000),
    ],
  ])('%s', (_what, environment, settings, sources, message) => {
    expect(said(environment, settings, sources)).toEqual([message])
  })
})

describe('a time that somebody may want → nothing', () => {
  test.each<[string, Environment, Settings, Sources]>([
    ['the defaults', {}, {}, {}],
    ['seconds', {}, { connect_timeout: 600, keepalives_idle: 7200, pool: { maxLifetimeSeconds: 3600 } }, {}],
    ['a day and a week', {}, { keepalives_idle: 86_400, pool: { maxLifetimeSeconds: 604_800 } }, {}],
    ['for ever', { PGCONNECT_TIMEOUT: '2147483647' }, { keepalives_idle: 2_147_483_647 }, {}],
    ['none', { PGCONNECT_TIMEOUT: '0', DB_IDLE_TIMEOUT: '0', DB_CONNECTION_TIMEOUT: '0' }, {}, {}],
    ['milliseconds', { DB_IDLE_TIMEOUT: '10000', DB_CONNECTION_TIMEOUT: '250' }, {}, {}],
    ['milliseconds of pg', {}, {}, { options: { keepAliveInitialDelayMillis: 10_000, idleTimeoutMillis: 1000 } }],
    ['a day for a secret', { SECRETS_BACKEND: 'env', SECRETS_CACHE_TTL: '86400' }, {}, {}],
    ['a weaker source that does not count', { PGCONNECT_TIMEOUT: '10000' }, { connect_timeout: 10 }, {}],
  ])('%s', (_what, environment, settings, sources) => {
    expect(said(environment, settings, sources)).toEqual([])
  })
})

test('a replica of its own time → told once, with its name', () => {
  const replicas = ['replica-1.example', { host: 'replica-2.example', connect_timeout: 3000 }]
  expect(said({}, { replicas })).toEqual([
    'warn: replica 2 (from settings.replicas[1]): connect_timeout=3000 (from settings.replicas[1].connect_timeout) is 50 min, as it is in seconds (rule time-unit); for 3 s write 3',
  ])
})

test('a service file → told, with its name', () => {
  const file = temporaryFile('[app]\nconnect_timeout=5000\n')
  const [message] = said({ PGSERVICEFILE: file }, { service: 'app' })
  expect(message).toMatch(/^warn: connect_timeout=5000 \(from .*app.*\) is 1 h 23 min 20 s, as it is in seconds /)
})

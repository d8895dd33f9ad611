import { describe, expect, expectTypeOf, test } from 'vitest'
import type { ParameterName } from '../../src/parameters/parameters.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { collect, problemsOf, resolved } from './reading.ts'

type Unsupported = Extract<ParameterName, `oauth_${string}` | `scram_${string}` | 'sslkeylogfile'>

test('settings: every supported parameter → a setting', () => {
  expectTypeOf<Exclude<ParameterName, keyof Settings>>().toEqualTypeOf<Unsupported>()
})

test('settings: text, numbers and booleans → read', () => {
  const settings: Settings = {
    host: ['a', 'b'],
    port: [1, 2],
    database: 'd',
    sslmode: 'verify-full',
    sslsni: false,
    connect_timeout: 3,
    keepalives: true,
    servername: 's',
    policy: { use: 'staging' },
    pool: { min: 0, max: 3 },
  }
  expect(resolved({ settings })).toEqual({
    host: ['a,b', 'settings.host'],
    port: ['1,2', 'settings.port'],
    database: ['d', 'settings.database'],
    sslmode: ['verify-full', 'settings.sslmode'],
    sslsni: [false, 'settings.sslsni'],
    connect_timeout: [3, 'settings.connect_timeout'],
    keepalives: [1, 'settings.keepalives'],
  })
  const merged = collect({ settings })
  expect(merged.servername).toEqual({ value: 's', source: 'settings.servername' })
  expect(merged.policy).toEqual({ use: 'staging' })
  expect(merged.pool).toEqual({
    min: { value: 0, source: 'settings.pool.min' },
    max: { value: 3, source: 'settings.pool.max' },
  })
})

test('settings: several URLs → the strongest is read, the others are named', () => {
  const environment = { DATABASE_URL: 'postgres://third:CANARY@three/three' }
  const settings = { url: 'postgres://one', environment }
  const merged = collect({ settings, options: { connectionString: 'postgres://second:CANARY@two' } })
  expect(merged.problems).toEqual([])
  expect(merged.password).toBeUndefined()
  expect(resolved({ settings, options: { connectionString: 'postgres://two' } })).toEqual({
    host: ['one', 'settings.url'],
  })
  expect(merged.shadowed).toEqual([
    { parameter: 'url', value: '[url]', source: 'option connectionString', by: 'settings.url' },
    { parameter: 'url', value: '[url]', source: 'DATABASE_URL', by: 'settings.url' },
  ])
})

describe('settings: unknown names → refused', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ sslMode: 'require' }, 'unknown setting "sslMode"; did you mean sslmode?'],
    [{ channelBinding: 'require' }, 'unknown setting "channelBinding"; did you mean channel_binding?'],
    [{ username: 'u' }, 'unknown setting "username"; use user'],
    [{ user_name: 'u' }, 'unknown setting "user_name"; use user'],
    [{ dbname: 'd' }, 'unknown setting "dbname"; use database'],
    [{ connectionString: 'postgres://CANARY' }, 'unknown setting "connectionString"; use url'],
    [{ ssl: true }, 'unknown setting "ssl"; use sslmode, sslrootcert, sslcert and sslkey'],
    [{ ca: 'x' }, 'unknown setting "ca"; use sslrootcert'],
    [
      { rejectUnauthorized: true },
      'unknown setting "rejectUnauthorized"; use sslmode=verify-full, with the CA certificate of the server in sslrootcert',
    ],
    [{ retry: 1 }, 'unknown setting "retry"; there is none of this name'],
    [{ constructor: 1 }, 'unknown setting "constructor"; there is none of this name'],
    [
      { pool: { size: 1 } },
      'unknown setting "pool.size"; it has min, max, instances, connectionTimeoutMillis, idleTimeoutMillis, maxLifetimeSeconds, maxWaiting, leakDetectionMs',
    ],
    [
      { pool: { max: 1.5 } },
      'invalid pool.max value "1.5" (from settings.pool.max); it must be an integer of 0 or more',
    ],
    ...[0, -1, 1.5, '0', 'two'].map((instances): [Record<string, unknown>, string] => [
      { pool: { instances } },
      `invalid pool.instances value "${instances}" (from settings.pool.instances); it must be an integer of 1 or more`,
    ]),
    [{ pool: 5 }, 'settings.pool must be an object, not a number'],
    [{ secrets: 'CANARY' }, 'settings.secrets must be a function that gives credentials, not a string'],
    [{ policy: 1 }, 'settings.policy must be the name of a policy or an object, not a number'],
    [{ host: {} }, 'settings.host must be a string, not an object'],
    [
      { oauth_issuer: 'x' },
      'oauth_issuer=x (from settings.oauth_issuer) is not supported: it does not do OAUTHBEARER; use a password, a client certificate or a credentials provider; remove it',
    ],
    [
      { url: 'postgres://a', host: 'b' },
      'host=b (from settings.host) contradicts host=a (from settings.url); remove one',
    ],
  ])('%j', (settings, message) => {
    expect(problemsOf({ settings })).toEqual([message])
  })
})

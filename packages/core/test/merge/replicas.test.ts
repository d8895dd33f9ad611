import { describe, expect, test } from 'vitest'
import type { Settings } from '../../src/index.ts'
import { explain } from '../../src/index.ts'
import { PRIMARY, replicasOf } from './replicas-reading.ts'

describe('settings.replicas', () => {
  test.each<[NonNullable<Settings['replicas']>[number], string]>([
    ['one.test', 'one.test 5432'],
    ['one.test:5433', 'one.test 5433'],
    [' one.test ', 'one.test 5432'],
    ['[::1]:5433', '::1 5433'],
    ['[::1]', '::1 5432'],
    ['fe80::1', 'fe80::1 5432'],
    ['/var/run/postgresql', '/var/run/postgresql 5432'],
    ['postgres://one.test:5433/orders', 'one.test 5433'],
    ['postgres://one.test,two.test/orders', 'one.test 5432, two.test 5432'],
    [{ host: 'one.test', port: 5433 }, 'one.test 5433'],
    [{ host: 'one.test', hostaddr: '10.0.0.1' }, 'one.test 10.0.0.1 5432'],
    [{ host: '10.0.0.1', servername: 'one.test' }, 'one.test 10.0.0.1 5432'],
    [{ host: ['one.test', 'two.test'], port: [1, 2] }, 'one.test 1, two.test 2'],
    [{ url: 'postgres://one.test' }, 'one.test 5432'],
  ])('%j → %s', (replica, place) => {
    const elsewhere = { port: 7000, hostaddr: '10.9.9.9', servername: 'primary.name', target_session_attrs: 'primary' }
    expect(replicasOf({ ...PRIMARY, ...elsewhere, replicas: [replica] })).toEqual({
      primary: 'primary.name',
      places: [[place, 'settings.replicas[0]']],
      problems: [],
    })
  })

  test.each<[string, unknown, string]>([
    ['a number', 5, 'settings.replicas must be a list, not a number; put one replica in brackets'],
    ['a host outside a list', 'one', 'settings.replicas must be a list, not a string; put one replica in brackets'],
    ['a function', () => [], 'settings.replicas must be a list, not a function; put one replica in brackets'],
  ])('%s → refused', (_what, replicas, message) => {
    expect(replicasOf({ ...PRIMARY, replicas }).problems).toEqual([message])
  })

  test.each<[string, unknown, string]>([
    ['a number', 5, 'a replica must be a host, a URL or an object, not a number'],
    ['a function', () => 'one.test', 'a replica must be a host, a URL or an object, not a function'],
    ['null', null, 'a replica must be a host, a URL or an object, not null'],
    ['a list', ['one.test'], 'a replica must be a host, a URL or an object, not an array'],
    ['empty', '', "no host is given; a replica never has the primary's"],
    ['an empty object', {}, "no host is given; a replica never has the primary's"],
    ['a port alone', { port: 5433 }, "no host is given; a replica never has the primary's"],
    ['a port alone', ':5433', "no host is given; a replica never has the primary's"],
    ['a URL without a host', 'postgres:///orders', "no host is given; a replica never has the primary's"],
    ['several hosts', 'one.test,two.test', 'these are several hosts; give each as an entry of its own'],
    ['a login', 'app:CANARY@one.test', 'this is neither a host nor host:port nor a postgresql:// URL'],
    ['a port that is none', 'one.test:CANARY', 'this is neither a host nor host:port nor a postgresql:// URL'],
    [
      'a port beyond the last',
      'one.test:65536',
      'invalid port value "65536" (from settings.replicas[0]); it must be an integer from 1 to 65535',
    ],
    ['another scheme', 'mysql://one.test', 'this is neither a host nor host:port nor a postgresql:// URL'],
    [
      'a service',
      { url: 'service=replica host=one.test' },
      'service (from settings.replicas[0].url) cannot be given for a replica; give its host',
    ],
    [
      'pairs without a name',
      'host=one.test password=CANARY',
      'this is neither a host nor host:port nor a postgresql:// URL',
    ],
    [
      'a policy',
      { host: 'one.test', policy: 'test' },
      'unknown setting "policy"; it holds for all servers: give it as settings.policy',
    ],
    ['a misspelt setting', { host: 'one.test', sslmod: 'require' }, 'unknown setting "sslmod"; did you mean sslmode?'],
    [
      'an address alone',
      { hostaddr: '10.0.0.1' },
      'host must be given beside hostaddr 10.0.0.1 for sslmode=verify-full (from default of policy production): it is the name that the certificate is checked for',
    ],
    [
      'a URL beside another host',
      { url: 'postgres://one.test', host: 'two.test' },
      'host=two.test (from settings.replicas[0].host) contradicts host=one.test (from settings.replicas[0].url); remove one',
    ],
  ])('an entry that is %s → refused by its position', (_what, replica, message) => {
    expect(replicasOf({ ...PRIMARY, replicas: [replica, 'good.test'] }).problems).toEqual([
      `replica 1 (from settings.replicas[0]): ${message}`,
    ])
  })

  test('one that is there twice → a warning', () => {
    const settings = {
      ...PRIMARY,
      environment: {},
      replicas: ['one.test', 'two.test', { host: 'one.test', port: '5432' }],
    }
    const { accepted, problems, findings } = explain({ settings })
    expect({ accepted, problems }).toEqual({ accepted: true, problems: [] })
    expect(findings).toContainEqual({
      rule: 'replica-twice',
      severity: 'warn',
      what: 'replica 3 (from settings.replicas[2]): one.test:5432 is replica 1 already, and gets twice the load',
      fix: 'remove one',
      message:
        'replica 3 (from settings.replicas[2]): one.test:5432 is replica 1 already, and gets twice the load; remove one',
    })
  })

  test('the primary itself → accepted', () => {
    expect(replicasOf({ ...PRIMARY, replicas: ['primary.test'] }).problems).toEqual([])
  })

  test('an empty list → no replicas, also with some in the environment', () => {
    const environment = { DB_READ_REPLICA_HOST: 'one.test' }
    expect(replicasOf({ ...PRIMARY, environment }).places).toEqual([['one.test 5432', 'DB_READ_REPLICA_HOST']])
    expect(replicasOf({ ...PRIMARY, environment, replicas: [] })).toMatchObject({ places: [], problems: [] })
  })

  test('a problem in the shared settings → reported once', () => {
    const environment = { PGSSLMODE: 'verify_full' }
    expect(replicasOf({ ...PRIMARY, environment, replicas: ['one.test', 'two.test'] }).problems).toEqual([
      'invalid sslmode value "verify_full" (from PGSSLMODE); did you mean verify-full?',
    ])
  })
})

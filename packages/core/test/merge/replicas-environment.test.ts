import { describe, expect, test } from 'vitest'
import { explain, type Settings } from '../../src/index.ts'
import { PRIMARY, replicasOf, TYPEORM } from './replicas-reading.ts'

describe('replicas of the environment', () => {
  test.each<[Record<string, string>, places: string[], source: string]>([
    [{ DB_READ_REPLICA_HOST: 'one.test' }, ['one.test 5432'], 'DB_READ_REPLICA_HOST'],
    [{ DB_READ_REPLICA_HOST: 'one.test, two.test:7' }, ['one.test 5432', 'two.test 7'], 'DB_READ_REPLICA_HOST'],
    [
      { DB_READ_REPLICA_HOST: 'one.test,two.test:7,[::1]', DB_READ_REPLICA_PORT: '6000' },
      ['one.test 6000', 'two.test 7', '::1 6000'],
      'DB_READ_REPLICA_HOST',
    ],
    [
      { DB_READ_REPLICA_HOST: 'one.test,two.test', DB_READ_REPLICA_PORT: '1,2' },
      ['one.test 1', 'two.test 2'],
      'DB_READ_REPLICA_HOST',
    ],
    [{ DATABASE_READ_URL: 'postgres://one.test:7/x' }, ['one.test 7'], 'DATABASE_READ_URL'],
    [{ DATABASE_REPLICA_URL: 'postgres://one.test' }, ['one.test 5432'], 'DATABASE_REPLICA_URL'],
    [
      { DATABASE_READ_URL: 'postgres://one.test', DB_READ_REPLICA_HOST: 'two.test' },
      ['one.test 5432'],
      'DATABASE_READ_URL',
    ],
    // a replica has neither the primary's port nor libpq's host
    [
      { DB_PORT: '7000', PGHOST: 'x', PGHOSTADDR: '10.0.0.1', DB_READ_REPLICA_HOST: 'one.test' },
      ['one.test 5432'],
      'DB_READ_REPLICA_HOST',
    ],
  ])('%j', (environment, places, source) => {
    const { hostaddr: _, ...settings } = { ...PRIMARY, hostaddr: undefined }
    expect(replicasOf({ ...settings, environment })).toMatchObject({
      places: places.map((place) => [place, source]),
      problems: [],
    })
  })

  test.each<[Record<string, string>, string]>([
    [
      { DB_READ_REPLICA_PORT: '6000' },
      'DB_READ_REPLICA_PORT is set, and DB_READ_REPLICA_HOST is not; name the hosts, or unset it',
    ],
    [
      { DB_READ_REPLICA_HOST: 'a,b', DB_READ_REPLICA_PORT: '1,2,3' },
      '3 ports (from DB_READ_REPLICA_PORT) for 2 replicas (from DB_READ_REPLICA_HOST); give one port for all of them, or one for each',
    ],
    [
      { DB_READ_REPLICA_HOST: 'a', DB_READ_REPLICA_PORT: 'x' },
      'replica 1 (from DB_READ_REPLICA_HOST): invalid port value "x" (from DB_READ_REPLICA_PORT); it must be an integer from 1 to 65535',
    ],
    [
      { DB_READ_REPLICA_HOST: 'a,,b' },
      "replica 2 (from DB_READ_REPLICA_HOST): no host is given; a replica never has the primary's",
    ],
    [
      { DATABASE_READ_URL: 'postgres://a', DATABASE_REPLICA_URL: 'postgres://b' },
      'DATABASE_READ_URL and DATABASE_REPLICA_URL are both set, and they differ; remove one',
    ],
    [
      { DATABASE_READ_URL: 'postgres://app:CANARY/x@a/b' },
      'replica 1 (from DATABASE_READ_URL): DATABASE_READ_URL cannot be parsed at character 16 (userinfo): a password with # / ? % @ must be percent-encoded, or use PGPASSWORD or a password file',
    ],
    [
      { DATABASE_READ_URL_FILE: '/nowhere/CANARY' },
      'the file "/nowhere/CANARY" (from DATABASE_READ_URL_FILE) does not exist; correct the path, or put the file there',
    ],
  ])('%j → refused', (environment, message) => {
    const { problems } = replicasOf({ ...PRIMARY, environment })
    expect(problems).toEqual([message])
  })
})

describe('replicas of the environment, primary', () => {
  const environment = {
    DATABASE_URL: 'postgres://primary.test/orders',
    DATABASE_READ_URL: 'postgres://replica.test/orders',
  }
  const { host: _, ...who } = PRIMARY

  test.each<[string, Settings, object]>([
    ['is the environment’s', {}, {}],
    ['is named once more in the options', {}, { host: 'primary.test' }],
    ['is the same in a URL of the options', {}, { url: 'postgres://primary.test/orders' }],
    ['is the same in the settings', { host: 'primary.test', database: 'orders' }, {}],
  ])('%s → used', (_what, settings, options) => {
    expect(replicasOf({ ...who, ...settings, environment }, options)).toEqual({
      primary: 'primary.test',
      places: [['replica.test 5432', 'DATABASE_READ_URL']],
      problems: [],
    })
  })

  test.each<[string, Settings, object, source: string]>([
    ['is another in the options', {}, { host: 'analytics.test' }, 'option host'],
    ['is another in a URL of the options', {}, { url: 'postgres://analytics.test/orders' }, 'option url'],
    ['is another database', {}, { url: 'postgres://primary.test/analytics' }, 'option url'],
    ['is another in the settings', { host: 'analytics.test' }, {}, 'settings.host'],
  ])('%s → ignored, with the reason in explain()', (_what, settings, options, source) => {
    const sources = { settings: { ...who, ...settings, environment }, options, spelling: TYPEORM }
    const explanation = explain(sources)
    expect(explanation).toMatchObject({ accepted: true, replicas: [] })
    expect(explanation.settings).toContainEqual({
      parameter: 'replicas',
      value: '[replicas]',
      source,
      shadows: [{ value: '[replicas]', source: 'DATABASE_READ_URL' }],
    })
  })

  test('another primary with its own replicas → those are used', () => {
    const options = { replication: { master: { host: 'analytics.test' }, slaves: [{ host: 'one.test' }] } }
    expect(replicasOf({ ...who, environment }, options).places).toEqual([
      ['one.test 5432', 'option replication.slaves[0]'],
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { explain, type Settings, type Spelling } from '../../src/index.ts'

const PRIMARY = { host: 'primary.test', user: 'app', password: 'kahGh2-eiYo9', policy: 'production' } satisfies Settings
const ENTRY: Spelling = { url: 'url', host: 'host', port: 'port', username: 'user', password: 'password', ssl: 'ssl' }
/** TypeORM and Sequelize, as far as these tests need them. */
const TYPEORM: Spelling = {
  ...ENTRY,
  replication: { replication: { primary: 'master', replicas: 'slaves', entry: ENTRY } },
}
const SEQUELIZE: Spelling = {
  ...ENTRY,
  replication: { replication: { primary: 'write', replicas: 'read', entry: ENTRY } },
}

/** Where the replicas are, and what is wrong. */
function read(settings: object, options: object = {}, spelling: Spelling = TYPEORM) {
  const { endpoints, replicas, problems } = explain({
    settings: { environment: {}, ...settings } as Settings,
    options,
    spelling,
  })
  const places = replicas.map(({ endpoints: at, source }) => [
    at.map(({ host, address, port }) => [host, ...(address ? [address] : []), port].join(' ')).join(', '),
    source,
  ])
  return { primary: endpoints[0]?.host, places, problems: problems.map(({ message }) => message) }
}

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
  ])('%j is %s', (replica, place) => {
    const elsewhere = { port: 7000, hostaddr: '10.9.9.9', servername: 'primary.name', target_session_attrs: 'primary' }
    expect(read({ ...PRIMARY, ...elsewhere, replicas: [replica] })).toEqual({
      primary: 'primary.name',
      places: [[place, 'settings.replicas[0]']],
      problems: [],
    })
  })

  test.each<[string, unknown, string]>([
    ['a number', 5, 'settings.replicas must be a list, not a number; put one replica in brackets'],
    ['a host outside a list', 'one', 'settings.replicas must be a list, not a string; put one replica in brackets'],
    ['a function', () => [], 'settings.replicas must be a list, not a function; put one replica in brackets'],
  ])('%s is a mistake', (_what, replicas, message) => {
    expect(read({ ...PRIMARY, replicas }).problems).toEqual([message])
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
  ])('an entry that is %s is a mistake that names it', (_what, replica, message) => {
    expect(read({ ...PRIMARY, replicas: [replica, 'good.test'] }).problems).toEqual([
      `replica 1 (from settings.replicas[0]): ${message}`,
    ])
  })

  test('one that is there twice is a mistake', () => {
    expect(
      read({ ...PRIMARY, replicas: ['one.test', 'two.test', { host: 'one.test', port: '5432' }] }).problems,
    ).toEqual(['replica 3 (from settings.replicas[2]): one.test:5432 is replica 1 already; remove one'])
  })

  test('the primary itself may be one', () => {
    expect(read({ ...PRIMARY, replicas: ['primary.test'] }).problems).toEqual([])
  })

  test('an empty list is none, whatever the environment says', () => {
    const environment = { DB_READ_REPLICA_HOST: 'one.test' }
    expect(read({ ...PRIMARY, environment }).places).toEqual([['one.test 5432', 'DB_READ_REPLICA_HOST']])
    expect(read({ ...PRIMARY, environment, replicas: [] })).toMatchObject({ places: [], problems: [] })
  })

  test('what is wrong with the settings of all is told once', () => {
    const environment = { PGSSLMODE: 'verify_full' }
    expect(read({ ...PRIMARY, environment, replicas: ['one.test', 'two.test'] }).problems).toEqual([
      'invalid sslmode value "verify_full" (from PGSSLMODE); did you mean verify-full?',
    ])
  })
})

describe('the environment', () => {
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
    // neither the primary's port nor libpq's host is a replica's
    [
      { DB_PORT: '7000', PGHOST: 'x', PGHOSTADDR: '10.0.0.1', DB_READ_REPLICA_HOST: 'one.test' },
      ['one.test 5432'],
      'DB_READ_REPLICA_HOST',
    ],
  ])('%j', (environment, places, source) => {
    const { hostaddr: _, ...settings } = { ...PRIMARY, hostaddr: undefined }
    expect(read({ ...settings, environment })).toMatchObject({
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
  ])('%j is a mistake', (environment, message) => {
    const { problems } = read({ ...PRIMARY, environment })
    expect(problems).toEqual([message])
  })
})

describe('replicas of the environment, where the primary', () => {
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
  ])('%s: they are read', (_what, settings, options) => {
    expect(read({ ...who, ...settings, environment }, options)).toEqual({
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
  ])('%s: they are not, and explain() says why', (_what, settings, options, source) => {
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

  test('is another, and its own replicas are named: those are read', () => {
    const options = { replication: { master: { host: 'analytics.test' }, slaves: [{ host: 'one.test' }] } }
    expect(read({ ...who, environment }, options).places).toEqual([['one.test 5432', 'option replication.slaves[0]']])
  })
})

describe('a replication block of an ORM', () => {
  const { host: _, ...settings } = PRIMARY

  test.each<[string, object, Spelling]>([
    [
      'TypeORM',
      {
        replication: {
          master: { host: 'primary.test' },
          slaves: [{ host: 'one.test' }, { host: 'two.test', port: 7 }],
        },
      },
      TYPEORM,
    ],
    [
      'Sequelize',
      { replication: { write: { host: 'primary.test' }, read: [{ host: 'one.test' }, { host: 'two.test', port: 7 }] } },
      SEQUELIZE,
    ],
    [
      'URLs',
      {
        replication: {
          master: 'postgres://primary.test',
          slaves: ['postgres://one.test', { url: 'postgres://two.test:7' }],
        },
      },
      TYPEORM,
    ],
    ['no primary in it', { host: 'primary.test', replication: { slaves: ['one.test', 'two.test:7'] } }, TYPEORM],
    [
      'a frozen one',
      Object.freeze({
        replication: Object.freeze({
          master: Object.freeze({ host: 'primary.test' }),
          slaves: Object.freeze([Object.freeze({ host: 'one.test' }), 'two.test:7']),
        }),
      }),
      TYPEORM,
    ],
  ])('%s', (_what, options, spelling) => {
    const { primary, places, problems } = read(settings, options, spelling)
    expect({ primary, problems }).toEqual({ primary: 'primary.test', problems: [] })
    expect(places.map(([place]) => place)).toEqual(['one.test 5432', 'two.test 7'])
  })

  test('one replica needs no list', () => {
    const options = { replication: { write: { host: 'primary.test' }, read: { host: 'one.test' } } }
    expect(read(settings, options, SEQUELIZE)).toEqual({
      primary: 'primary.test',
      places: [['one.test 5432', 'option replication.read']],
      problems: [],
    })
  })

  test('a port beside it holds for whoever has none, as in Sequelize', () => {
    const options = {
      port: 6000,
      replication: {
        write: { host: 'primary.test' },
        read: [{ host: 'one.test' }, { host: 'two.test', port: 7 }, { url: 'postgres://three.test' }],
      },
    }
    const { endpoints, replicas } = explain({
      settings: { ...settings, environment: {} },
      options,
      spelling: SEQUELIZE,
    })
    expect([...endpoints, ...replicas.flatMap((replica) => replica.endpoints)].map(({ port }) => port)).toEqual([
      6000, 6000, 7, 5432,
    ])
  })

  test('the port of the primary in it is the primary’s alone', () => {
    const options = { replication: { master: { host: 'primary.test', port: 6000 }, slaves: [{ host: 'one.test' }] } }
    expect(read(settings, options).places).toEqual([['one.test 5432', 'option replication.slaves[0]']])
  })

  test('settings.replicas are stronger', () => {
    const options = { replication: { master: { host: 'primary.test' }, slaves: [{ host: 'one.test' }] } }
    expect(read({ ...settings, replicas: ['two.test'] }, options)).toEqual({
      primary: 'primary.test',
      places: [['two.test 5432', 'settings.replicas[0]']],
      problems: [],
    })
  })

  test.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['false', false],
    ['empty', {}],
    ['without replicas', { slaves: [] }],
  ])('one that is %s is none', (_what, replication) => {
    expect(read(PRIMARY, { replication })).toEqual({ primary: 'primary.test', places: [], problems: [] })
  })

  test.each<[string, object, string[]]>([
    ['a number', { replication: 5 }, ['option replication must be an object with master and slaves, not a number']],
    [
      'numbers in it',
      { replication: { master: 5, slaves: [6] } },
      [
        'option replication.master must be an object or a connection string, not a number',
        'replica 1 (from option replication.slaves[0]): option replication.slaves[0] must be an object or a connection string, not a number',
      ],
    ],
    [
      'a function in it',
      { replication: { slaves: () => [] } },
      [
        'replica 1 (from option replication.slaves): option replication.slaves must be an object or a connection string, not a function',
      ],
    ],
    [
      'another host for the primary',
      { host: 'other.test', replication: { master: { host: 'primary.test' } } },
      [
        'host=primary.test (from option replication.master.host) contradicts host=other.test (from option host); remove one',
      ],
    ],
    [
      'another host for the primary in the URL',
      { url: 'postgres://other.test', replication: { master: { host: 'primary.test' } } },
      [
        'host=primary.test (from option replication.master.host) contradicts host=other.test (from option url); remove one',
      ],
    ],
    [
      'another URL for the primary',
      { url: 'postgres://other.test', replication: { master: { url: 'postgres://primary.test' } } },
      ['option replication.master.url is not option url; remove one'],
    ],
    [
      'another password for the primary',
      { password: 'CANARY-1', replication: { master: { password: 'CANARY-2' } } },
      ['the password (from option replication.master.password) is not the password (from option password); remove one'],
    ],
  ])('one with %s is a mistake', (_what, options, messages) => {
    expect(read({ ...settings, password: undefined }, { host: undefined, ...options }).problems).toEqual(messages)
  })

  test('the same URL in both places is none', () => {
    const options = { url: 'postgres://primary.test', replication: { master: { url: 'postgres://primary.test' } } }
    expect(read(settings, options)).toEqual({ primary: 'primary.test', places: [], problems: [] })
  })
})

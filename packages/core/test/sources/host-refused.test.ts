import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { chained } from '../../src/credentials/chained.ts'
import type { Credentials, CredentialsProvider } from '../../src/credentials/credentials.ts'
import { retried } from '../../src/credentials/retried.ts'
import { dial } from '../../src/dial/dial.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import type { Sources } from '../../src/merge/collect.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { rdsIam } from '../../src/stores/aws/rds-iam.ts'
import { credentialsInText } from '../../src/stores/secret-fields.ts'
import { MemoryNetwork } from '../dial/memory-network.ts'
import { CANARY, expectNoCanary } from '../stores/canary.ts'
import { problemsOf, temporaryFile } from './reading.ts'

/** Text that users paste in place of a host. */
const PASTED: Readonly<Record<string, string>> = {
  'parameters behind semicolons (ADO.NET)': `db;password=${CANARY};user=app`,
  'a connection string of ADO.NET': `Host=db;Password=${CANARY}`,
  'a URL of JDBC': `jdbc:postgresql://db:5432/app?user=app&password=${CANARY}`,
  'a URL of JDBC without its scheme': `//db:5432/app?password=${CANARY}`,
  'a conninfo string': `host=db password=${CANARY}`,
  'a name and parameters': `db password=${CANARY}`,
  'a name and parameters on two lines': `db\npassword=${CANARY}`,
  'a URL': `postgres://app:${CANARY}@db/app`,
  'a URL without a login': `postgres://db/app?password=${CANARY}`,
  'a URL of http': `https://db/${CANARY}`,
  'a login': `app:${CANARY}@db`,
  'a name, a path and a query': `db/app?password=${CANARY}`,
  'a name and a query': `db?password=${CANARY}`,
  'a name and a fragment': `db#${CANARY}`,
  'user and password': `app:${CANARY}`,
  'a user and a password that look like an instance of Cloud SQL': `postgres:${CANARY}`,
  'a line of a password file': `db:5432:app:app:${CANARY}`,
  JSON: `{"host":"db","password":"${CANARY}"}`,
  'a word in quotes': `"${CANARY}"`,
  'pairs with a pipe': `db|${CANARY}`,
  'a Windows path with a login': `db\\${CANARY}`,
  'a list whose second entry is a string': `db,other;password=${CANARY}`,
  'a folder of sockets and parameters': `/run/postgresql;password=${CANARY}`,
  'an abstract socket and parameters': `@db password=${CANARY}`,
  'brackets around no address': `[${CANARY}]`,
  'a token that is longer than a label': `${CANARY}${'x'.repeat(64)}`,
  'an empty label': `${CANARY}..db`,
}

const environment = (variables: Record<string, string>) => ({ NODE_ENV: 'production', PGUSER: 'app', ...variables })
const encoded = (text: string) => encodeURIComponent(text).replaceAll("'", '%27')
const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`

/** Every setting of a host. */
const SOURCES: Readonly<Record<string, (host: string) => Sources>> = {
  'settings.host': (host) => ({ settings: { host, environment: environment({}) } }),
  'settings.host, a list': (host) => ({ settings: { host: ['db', host], environment: environment({}) } }),
  'settings.hostaddr': (hostaddr) => ({ settings: { host: 'db', hostaddr, environment: environment({}) } }),
  'settings.host, beside another in a URL': (host) => ({
    settings: { host, url: 'postgres://other/app', environment: environment({}) },
  }),
  'DB_HOST, under another host': (host) => ({
    settings: { host: 'db', environment: environment({ DB_HOST: host }) },
  }),
  'settings.servername': (servername) => ({ settings: { host: 'db', servername, environment: environment({}) } }),
  'settings.replicas': (host) => ({ settings: { host: 'db', replicas: [host], environment: environment({}) } }),
  'settings.replicas, an object': (host) => ({
    settings: { host: 'db', replicas: [{ host }], environment: environment({}) },
  }),
  'option host': (host) => ({ options: { host }, settings: { environment: environment({}) } }),
  'option ssl.servername': (servername) => ({
    options: { host: 'db', ssl: { servername } },
    settings: { environment: environment({}) },
  }),
  DB_HOST: (host) => ({ settings: { environment: environment({ DB_HOST: host }) } }),
  DB_HOST_FILE: (host) => ({ settings: { environment: environment({ DB_HOST_FILE: temporaryFile(host) }) } }),
  PGHOST: (host) => ({ settings: { environment: environment({ PGHOST: host }) } }),
  PGHOSTADDR: (host) => ({ settings: { environment: environment({ PGHOST: 'db', PGHOSTADDR: host }) } }),
  DB_READ_REPLICA_HOST: (host) => ({
    settings: { environment: environment({ DB_HOST: 'db', DB_READ_REPLICA_HOST: host }) },
  }),
  'the host part of a URL': (host) => ({
    settings: { url: `postgres://${encoded(host)}/app`, environment: environment({}) },
  }),
  'the query of a URL': (host) => ({
    settings: { url: `postgres:///app?host=${encoded(host)}`, environment: environment({}) },
  }),
  'a conninfo string': (host) => ({
    settings: { url: `host=${quoted(host)}`, environment: environment({}) },
  }),
  'a service file': (host) => ({
    settings: {
      service: 'app',
      environment: environment({ PGSERVICEFILE: temporaryFile(`[app]\nhost=${host.replaceAll('\n', ' ')}\n`) }),
    },
  }),
}

/** Replicas may be URLs too. */
const isUrl = (text: string) => text.startsWith('postgres://')

describe.each(Object.entries(SOURCES))('a host that cannot be one, from %s', (source, sourcesFor) => {
  const pasted = Object.entries(PASTED).filter(
    ([what, text]) =>
      !(/REPLICA|replicas$/.test(source) && isUrl(text)) && !(/servername/.test(source) && /Cloud SQL/.test(what)),
  )
  test.each(pasted)('%s → refused without the value', (_what, host) => {
    const sources = sourcesFor(host)
    const explanation = explain(sources)
    expect(explanation.accepted).toBe(false)
    expectNoCanary(explanation)
    const refusal = thrownBy(() => resolveProfile(sources))
    expect(refusal).toBeInstanceOf(ConfigurationError)
    expectNoCanary(refusal)
  })
})

/** Valid hosts. */
const GOOD = [
  'db',
  'DB.Example.COM',
  'my_postgres_1',
  'db-1.internal',
  'db.example.',
  'bücher.example',
  '例え.テスト',
  'xn--bcher-kva.example',
  'm·l.cat',
  'i❤.ws',
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '::1',
  '[::1]',
  'fe80::1%eth0',
  'FE80::1',
  '::ffff:10.0.0.1',
  '/var/run/postgresql',
  '/cloudsql/project:region:instance',
  '/tmp/a folder',
  '@abstract',
  '@abstract/name',
  'a,b',
  ' a , b ',
  'a,,b',
  'a,[::1],/tmp',
  'x'.repeat(63),
  `${'a.'.repeat(126)}a`,
]

describe('a host that can be one', () => {
  test.each(GOOD)('%s → accepted', (host) => {
    expect(problemsOf({ settings: { host, user: 'app' } })).toEqual([])
    expect(problemsOf({ settings: { user: 'app', environment: { DB_HOST: host } } })).toEqual([])
    expect(problemsOf({ settings: { user: 'app', url: `host=${quoted(host)}` } })).toEqual([])
  })

  test('an IPv6 address in brackets → dialed without them', () => {
    const { endpoints } = explain({ settings: { host: '[::1],[fe80::1%eth0]', user: 'app', environment: {} } })
    expect(endpoints.map(({ host }) => host)).toEqual(['::1', 'fe80::1%eth0'])
  })
})

test.each(['project:instance', 'example.com:project-1:europe-db'])(
  'the name of a Cloud SQL instance, %s → verified where an address is dialed',
  (host) => {
    const settings = { host, hostaddr: '127.0.0.1', user: 'app', environment: {} }
    expect(explain({ settings }).endpoints).toEqual([{ host, address: '127.0.0.1', port: 5432 }])
    expect(problemsOf({ settings: { host: '127.0.0.1', servername: host, user: 'app' } })).toEqual([])
  },
)

describe('a host with its port', () => {
  test.each<[Sources, string]>([
    [
      { settings: { environment: { DB_HOST: 'db:5432' } } },
      'host (from DB_HOST) ends in a port; give the port separately, in DB_PORT',
    ],
    [
      { settings: { environment: { PGHOST: 'db:5432' } } },
      'host (from PGHOST) ends in a port; give the port separately, in PGPORT',
    ],
    [
      { settings: { host: '[::1]:5432' } },
      'host (from settings.host) ends in a port; give the port separately, in settings.port',
    ],
    [
      { settings: { host: 'a:1,b:2' } },
      'host (from settings.host) ends in a port; give the port separately, in settings.port',
    ],
    [
      { options: { host: '10.0.0.1:5432' } },
      'host (from option host) ends in a port; give the port separately, in option port',
    ],
    [
      { settings: { url: 'host=db:5432' } },
      'host (from settings.url) ends in a port; give the port separately, in port',
    ],
    [
      { settings: { host: 'db;x' } },
      'host (from settings.host) is no host name, IP address or socket path; give that alone, and a URL or a connection string as url or DATABASE_URL',
    ],
  ])('%j → told where the port goes', (sources, message) => {
    expect(problemsOf(sources)).toEqual([message])
  })

  test('as a replica → read, as before', () => {
    const { replicas } = explain({ settings: { host: 'db', replicas: ['r:5433'], user: 'app', environment: {} } })
    expect(replicas[0]?.endpoints).toEqual([{ host: 'r', port: 5433 }])
  })
})

test.each([`5432;password=${CANARY}`, `5432/app?password=${CANARY}`, `5432 ${CANARY}`, `${CANARY}@db`])(
  'a port that is %j → refused without the value',
  (port) => {
    for (const settings of [{ port }, { environment: { PGPORT: port } }, { environment: { DB_PORT: port } }]) {
      const explanation = explain({ settings: { host: 'db', user: 'app', environment: {}, ...settings } })
      expect(explanation.accepted).toBe(false)
      expectNoCanary(explanation)
    }
  },
)

const DECORATED: Readonly<Record<string, (provider: CredentialsProvider) => CredentialsProvider>> = {
  'a provider': (provider) => provider,
  'a cached one': (provider) => cached(provider),
  'a chain': (provider) => chained(provider),
  'a retried one': (provider) => retried(provider),
}

describe.each(Object.entries(DECORATED))('the host in a secret of %s', (_what, decorate) => {
  const dialed = async (given: Partial<Credentials>) => {
    const secrets = decorate(async () => ({ user: 'app', password: 'kahGh2', ...given }))
    const { profile } = resolveProfile({ settings: { secrets, environment: { NODE_ENV: 'production' } } })
    const network = new MemoryNetwork({})
    // Long after it was looked up: a host that takes no connection is asked again until the deadline.
    const error = await dial(profile, {}, AbortSignal.timeout(200), network).catch((thrown: unknown) => thrown)
    return { network, error }
  }

  test.each(Object.entries(PASTED))('%s → refused, and never looked up', async (_pasted, host) => {
    const { network, error } = await dialed({ host })
    expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' })
    expect(network.events).toEqual([])
    expectNoCanary(error)
  })

  test.each([
    ['db.example', 'db.example'],
    ['[::1]', '::1'],
    ['my_postgres.', 'my_postgres.'],
  ])('%s → dialed', async (host, name) => {
    expect((await dialed({ host })).network.events).toContain(`resolve ${name}`)
  })

  test('db:5432 → told where the port goes', async () => {
    const { error } = await dialed({ host: 'db:5432' })
    expect((error as Error).message).toContain('gave a host that ends in a port; give the port separately, as port')
  })
})

test.each(Object.entries(PASTED))('the host in the JSON of a store: %s → refused without the value', (_what, host) => {
  const place = { store: 'AWS Secrets Manager', secret: 'orders' }
  for (const key of ['host', 'DB_HOST']) {
    const error = thrownBy(() => credentialsInText(JSON.stringify({ password: 'x', [key]: host }), place))
    expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' })
    expectNoCanary(error)
  }
})

test.each(Object.entries(PASTED))(
  'hostname of rdsIam and DB_IAM_HOST: %s → refused without the value',
  (_what, host) => {
    const error = thrownBy(() => rdsIam({ hostname: host }))
    expect(error).toBeInstanceOf(ConfigurationError)
    const variables = { SECRETS_BACKEND: 'rds-iam', DB_HOST: 'db', DB_USER: 'app', DB_IAM_HOST: host }
    const explanation = explain({ settings: { environment: variables } })
    expect(explanation.accepted).toBe(false)
    expectNoCanary([error, explanation])
  },
)

test('text around a separator, whatever it is → never in what is said', () => {
  const separator = fc.constantFrom(...';=?&/\\:@ |#"\'{}()<>!$%^*+~`\t\n')
  fc.assert(
    fc.property(fc.constantFrom('db', 'db.example', '10.0.0.1'), separator, fc.boolean(), (before, mark, key) => {
      const host = `${before}${mark}${key ? 'password=' : ''}${CANARY}`
      const explanation = explain({ settings: { environment: { DB_HOST: host, DB_USER: 'app' } } })
      return !explanation.accepted && !JSON.stringify(explanation).includes(CANARY)
    }),
  )
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

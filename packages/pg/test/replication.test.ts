import { placeholderHost, resolveProfile, type Settings, securePg, secureReplication } from '@verifull/pg'
import { createHierarchy, startPostgres, startPostgresPair } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const hierarchy = await createHierarchy()
const { good, otherHost } = hierarchy.servers
const tls = { certificate: good.chain, key: good.key }
const { primary, standby, stop } = await startPostgresPair({ tls })
/** Another server to read from, of another name, with a password of its own. */
const another = await startPostgres({
  tls: { certificate: hierarchy.servers.wildcard.chain, key: hierarchy.servers.wildcard.key },
})
beforeAll(async () => {
  await standby.setTls({ certificate: otherHost.chain, key: otherHost.key })
  await primary.sql('create table notes (text text); grant all on notes to public', 'app')
})
afterAll(async () => {
  await stop()
  await another.stop()
})

const STANDBY = { host: 'other.test', hostaddr: '127.0.0.1', port: standby.port }
const ANOTHER = {
  host: 'another.db.test',
  hostaddr: '127.0.0.1',
  port: another.port,
  password: another.password('scram_user'),
}
const NOTHING = { host: 'nothing.test', hostaddr: '127.0.0.1', port: 1 }
const SETTINGS = {
  host: 'db.test',
  hostaddr: '127.0.0.1',
  port: primary.port,
  user: 'scram_user',
  password: primary.password('scram_user'),
  database: 'app',
  sslrootcert: hierarchy.root.certificate,
  environment: { NODE_ENV: 'production' },
} satisfies Settings

const WHERE =
  'select inet_server_port() as port, pg_is_in_recovery() as standby, ssl from pg_stat_ssl where pid = pg_backend_pid()'
const AT_PRIMARY = { port: primary.port, standby: false, ssl: true }
const AT_STANDBY = { port: standby.port, standby: true, ssl: true }
const AT_ANOTHER = { port: another.port, standby: false, ssl: true }

/** The two ways in which pg takes a configuration: our class in a Pool, and our stream under pg's own Client. */
const WAYS = {
  async Pool<T>(config: pg.PoolConfig, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const pool = new pg.Pool(config)
    try {
      const client = await pool.connect()
      return await work(client).finally(() => client.release())
    } finally {
      await pool.end()
    }
  },
  async Client<T>(config: pg.PoolConfig, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = new pg.Client(config)
    client.on('error', () => {})
    try {
      await client.connect()
      return await work(client)
    } finally {
      await client.end()
    }
  },
}

async function rowOf(client: pg.ClientBase, sql = WHERE): Promise<object> {
  return (await client.query(sql)).rows[0]
}

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('secureReplication in a %s', (way) => {
  const use = WAYS[way]
  const reading = (replicas: Settings['replicas'] = [], more: Settings = {}) => {
    const { read } = secureReplication({ min: 0, max: 2 }, { ...SETTINGS, replicas, ...more })
    if (!read) throw new Error('no replica is configured')
    return read
  }

  test('from a URL in the environment', async () => {
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: `postgres://db.test:${primary.port}/app?hostaddr=127.0.0.1`,
      DATABASE_READ_URL: `postgres://scram_user:${primary.password('scram_user')}@other.test:${standby.port}/app?hostaddr=127.0.0.1`,
    }
    const { user, password, sslrootcert } = SETTINGS
    const { write, read } = secureReplication({}, { user, password, sslrootcert, environment })
    expect(await use(write, (client) => rowOf(client))).toEqual(AT_PRIMARY)
    expect(await use(read ?? write, (client) => rowOf(client))).toEqual(AT_STANDBY)
  })

  test('comes to every replica, with the password of each', async () => {
    const read = reading([STANDBY, ANOTHER])
    const seen = new Set<string>()
    for (let tries = 0; tries < 40 && seen.size < 2; tries++) {
      seen.add(JSON.stringify(await use(read, (client) => rowOf(client))))
    }
    expect([...seen].map((row) => JSON.parse(row))).toEqual(expect.arrayContaining([AT_STANDBY, AT_ANOTHER]))
  })

  test('goes on to the next replica where one is gone', async () => {
    const read = reading([NOTHING, ANOTHER])
    for (let tries = 0; tries < 6; tries++) expect(await use(read, (client) => rowOf(client))).toEqual(AT_ANOTHER)
  })

  test('comes to the primary where no replica is left', async () => {
    expect(await use(reading([NOTHING]), (client) => rowOf(client))).toEqual(AT_PRIMARY)
  })

  test('names all servers where none is left', async () => {
    const gone = reading([{ ...NOTHING, host: 'nobody.test', port: 2 }], { ...NOTHING, failoverTimeoutMs: 0 })
    const error = await use(gone, rowOf).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ConnectError', code: 'ECONNREFUSED' })
    expect((error as Error).message.split('\n').sort()).toEqual([
      '  nobody.test:2 (127.0.0.1), TLS: connect ECONNREFUSED 127.0.0.1:2',
      '  nothing.test:1 (127.0.0.1), TLS: connect ECONNREFUSED 127.0.0.1:1',
      'cannot connect to any host:',
    ])
  })

  test('ends where one refuses the password', async () => {
    const wrong = { ...STANDBY, password: 'kahGh2-eiYo9' }
    await expect(use(reading([wrong]), rowOf)).rejects.toMatchObject({ code: '28P01' })
  })
})

test('without a replica there is nothing to read from', () => {
  expect(secureReplication({}, SETTINGS).read).toBeUndefined()
})

describe('securePg', () => {
  const { profile, replicas } = resolveProfile({ settings: { ...SETTINGS, replicas: [STANDBY, ANOTHER] } })
  const { Pool, Client } = securePg(profile, replicas)

  test.each<[string, pg.ClientConfig, object]>([
    ['the primary', { host: placeholderHost() }, AT_PRIMARY],
    ['the first replica', { host: placeholderHost(0) }, AT_STANDBY],
    ['the second replica', { host: placeholderHost(1) }, AT_ANOTHER],
    ['the primary, where there is no such replica', { host: placeholderHost(2) }, AT_PRIMARY],
    ['the primary, for no host', {}, AT_PRIMARY],
  ])('finds %s', async (_what, options, expected) => {
    const [pool, client] = [new Pool({ ...options, max: 1 }), new Client(options)]
    await client.connect()
    expect([(await pool.query(WHERE)).rows[0], await rowOf(client)]).toEqual([expected, expected])
    expect({ port: client.port, user: client.user, database: client.database }).toEqual({
      port: (expected as typeof AT_PRIMARY).port,
      user: 'scram_user',
      database: 'app',
    })
    await Promise.all([pool.end(), client.end()])
  })

  test('refuses any other host', async () => {
    const client = new Client({ host: 'evil.example', port: 1, ssl: false })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'CONFIGURATION',
      problems: [{ parameter: 'host' }, { parameter: 'port' }, { parameter: 'ssl' }],
    })
  })

  test('with an empty list connects nowhere', async () => {
    const client = new (securePg([]).Client)()
    await expect(client.connect()).rejects.toThrow('there is no server to connect to: the list is empty')
  })

  test('takes a list for any of them', async () => {
    const any = securePg(replicas)
    const seen = new Set<unknown>()
    for (let tries = 0; tries < 40 && seen.size < 2; tries++) {
      const client = new any.Client()
      await client.connect()
      seen.add((await client.query(WHERE)).rows[0].port)
      await client.end()
    }
    expect([...seen].sort()).toEqual([standby.port, another.port].sort())
  })

  test('cancels a query where it runs', async () => {
    const pool = new Pool({ host: placeholderHost(0), max: 1 })
    const client = (await pool.connect()) as pg.PoolClient & { processID: number; secretKey: number }
    const canceller = new Client({ host: placeholderHost(0) }) as pg.Client & {
      cancel(target: pg.ClientBase, query: unknown): void
    }
    const query = new pg.Query('select pg_sleep(30)', (error) => ended(error))
    let ended: (error: unknown) => void = () => {}
    const failure = new Promise((resolve) => {
      ended = resolve
    })
    client.query(query)
    await expect
      .poll(
        async () =>
          (
            await standby.sql(
              "select 1 from pg_stat_activity where query like '%pg_sleep(30)' and pid <> pg_backend_pid()",
            )
          ).length,
      )
      .toBe(1)
    canceller.cancel(client, query)
    expect(await failure).toMatchObject({ code: '57014' })
    client.release()
    await pool.end()
  })
})

test('a standby that is stopped gives way to the next replica; a read pool lives on', async () => {
  const { read } = secureReplication({ min: 0, max: 1 }, { ...SETTINGS, replicas: [STANDBY, ANOTHER] })
  const pool = new pg.Pool(read)
  pool.on('error', () => {}) // the standby is stopped under its idle connection
  await pool.query(WHERE)
  await standby.stop()
  await expect
    .poll(async () => (await pool.query(WHERE).catch(() => undefined))?.rows[0], { timeout: 10_000 })
    .toEqual(AT_ANOTHER)
  await pool.end()
})

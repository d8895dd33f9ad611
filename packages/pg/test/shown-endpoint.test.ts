import { resolveProfile, secureConfig, securePg, secureReplication } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())

const { port } = database.server
const HERE = { host: 'localhost', port, user: 'scram_user', database: 'app' }
/** Nothing listens at the first of them. */
const several = { ...database.settings, host: ['127.0.0.1', 'localhost'], port: [1, port] }
const PLACEHOLDER = '/only-verifull-may-connect'

const parametersOf = (client: object) => (client as { connectionParameters: object }).connectionParameters

async function connected(pool: pg.Pool, look: (client: pg.PoolClient) => void): Promise<void> {
  const client = await pool.connect()
  try {
    look(client)
  } finally {
    client.release()
    await pool.end()
  }
}

describe('the options of a pool', () => {
  test.each<[string, () => pg.Pool]>([
    ['new Pool(secureConfig())', () => new pg.Pool(secureConfig({}, database.settings))],
    [
      'new Pool() of a secured module',
      () => new (securePg(resolveProfile({ settings: database.settings }).profile).Pool)(),
    ],
    ['a pool with the options of another', () => new pg.Pool(new pg.Pool(secureConfig({}, database.settings)).options)],
    ['a subclass of Pool', () => new (class extends pg.Pool {})(secureConfig({}, database.settings))],
  ])('%s → the endpoint, before and after it is dialed', async (_name, make) => {
    const pool = make()
    expect(pool.options).toMatchObject({ ...HERE, ssl: true })
    await connected(pool, () => expect(pool.options).toMatchObject(HERE))
  })

  test('the configuration itself keeps the name of no host', async () => {
    const config = secureConfig({}, database.settings)
    const pool = new pg.Pool(config)
    await connected(pool, () => {})
    expect(config).toMatchObject({ host: PLACEHOLDER, ssl: null })
    expect(Object.keys(pool.options)).not.toContain('password')
  })

  test('of several hosts the first, and then the one that was dialed', async () => {
    const pool = new pg.Pool(secureConfig({}, several))
    expect(pool.options).toMatchObject({ ...HERE, host: '127.0.0.1', port: 1 })
    await connected(pool, () => expect(pool.options).toMatchObject(HERE))
  })

  test('a host that the secret names is shown when it is known', async () => {
    const { host: _host, port: _port, user: _user, password, ...settings } = database.settings
    const secrets = async () => ({ user: 'scram_user', password, host: 'localhost', port })
    const pool = new pg.Pool(secureConfig({}, { ...settings, secrets }))
    expect(pool.options.host).toBe(PLACEHOLDER)
    await connected(pool, (client) => expect(parametersOf(client)).toMatchObject(HERE))
  })

  test('of a replica they are the replica’s, and it is the replica that is dialed', async () => {
    const settings = { ...database.settings, host: '127.0.0.1', hostaddr: '127.0.0.1' }
    const replica = { host: 'localhost', port }
    const { write, read } = secureReplication({}, { ...settings, port: 1, replicas: [replica] })
    expect(new pg.Pool(write).options).toMatchObject({ host: '127.0.0.1', port: 1 })
    await connected(new pg.Pool(read), (client) => expect(parametersOf(client)).toMatchObject(HERE))
    const { profile, replicas } = resolveProfile({ settings: { ...settings, port: 1, replicas: [replica] } })
    const { Pool } = securePg(profile, replicas)
    const pool = new Pool({ host: `${PLACEHOLDER}/replica-1` })
    expect(pool.options).toMatchObject({ host: 'localhost', port })
    await connected(new Pool(pool.options), (client) => expect(parametersOf(client)).toMatchObject(HERE))
  })

  test('a pool that is not ours is left alone', () => {
    expect(new pg.Pool({ host: 'other.example' }).options).toMatchObject({ host: 'other.example' })
    expect(new pg.Pool({ host: 'other.example' }).options).not.toHaveProperty('ssl')
  })

  test('copied and given to pg’s own Client they do not connect without TLS', async () => {
    const { Client: _client, ...copy } = new pg.Pool(secureConfig({}, database.settings)).options
    await expect(new pg.Client(copy).connect()).rejects.toThrow()
    const json = JSON.parse(JSON.stringify(copy))
    await expect(new pg.Client({ ...json, password: 'x' }).connect()).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/),
    })
  })
})

describe('a client', () => {
  test('of a pool shows what was dialed', async () => {
    await connected(new pg.Pool(secureConfig({}, several)), (client) => {
      expect(client).toMatchObject(HERE)
      expect(parametersOf(client)).toMatchObject(HERE)
    })
  })

  test('that is made with secureConfig() shows the first endpoint, and then what was dialed', async () => {
    const client = new pg.Client(secureConfig({}, several))
    expect(client).toMatchObject({ ...HERE, host: '127.0.0.1', port: 1 })
    expect(parametersOf(client)).toMatchObject({ ...HERE, host: '127.0.0.1', port: 1 })
    await client.connect()
    expect(client).toMatchObject(HERE)
    expect(parametersOf(client)).toMatchObject(HERE)
    await client.end()
  })

  test('without a configured database shows that of its user', async () => {
    const { database: _name, ...settings } = database.settings
    await database.server.sql('create database scram_user')
    const client = new pg.Client(secureConfig({}, settings))
    await client.connect()
    expect(client).toMatchObject({ ...HERE, database: 'scram_user' })
    await client.end()
  })

  test('of pg itself is left alone', () => {
    expect(new pg.Client({ host: 'other.example', port: 7 })).toMatchObject({ host: 'other.example', port: 7 })
  })
})

describe('pg’s own Client made of a configuration of ours', () => {
  const REFUSED = {
    code: 'ENOENT',
    address: PLACEHOLDER,
    message: `${PLACEHOLDER} stands in a configuration of Verifull, and pg's own Client was made of it: what connects was lost, as by a copy through JSON, or a library took a pg of its own; give it the configuration as it is, or use a Client of securePg()`,
  }

  test.each<[string, () => pg.ClientConfig]>([
    ['a copy through JSON', () => JSON.parse(JSON.stringify(secureConfig({}, database.settings)))],
    ['what typeorm-extension takes of it', () => ({ host: PLACEHOLDER, ssl: true, database: 'postgres' })],
    ['the name of a replica', () => ({ host: `${PLACEHOLDER}/replica-1` })],
    [
      'a stream of its own',
      () => ({ ...secureConfig({}, database.settings), stream: () => new pg.Client().connection.stream }),
    ],
  ])('%s → refused by name, and DNS is not asked', async (_name, config) => {
    const lookups: unknown[] = []
    const client = new pg.Client(config())
    const { stream } = (client as unknown as { connection: { stream: { connect(...place: unknown[]): void } } })
      .connection
    stream.connect = (...place) => lookups.push(place)
    await expect(client.connect()).rejects.toMatchObject({
      ...REFUSED,
      address: client.host,
      message: expect.stringContaining(REFUSED.message.slice(PLACEHOLDER.length)),
    })
    expect(lookups).toEqual([])
  })
})

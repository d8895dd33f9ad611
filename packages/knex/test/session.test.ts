import { type Settings, secureConfig } from '@verifull/knex'
import { type Database, startDatabase } from '@verifull/test-harness'
import type { Knex } from 'knex'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUIET } from './config-of.ts'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

describe.each(VERSIONS)('with $name', ({ knex, options }) => {
  /** Works with an instance, and ends it. */
  async function withDb<T>(
    more: Knex.Config,
    work: (db: Knex) => Promise<T>,
    settings: Settings = database.settings,
  ): Promise<T> {
    const db = knex(secureConfig({ ...options, log: QUIET, ...more }, settings))
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }

  const setting = (name: string, more: Knex.Config) =>
    withDb(more, async (db) => (await db.raw('select current_setting(?) as value', [name])).rows[0].value)

  describe('reaches the server:', () => {
    test.each<[option: string, name: string, value: string, options: Knex.Config]>([
      ['searchPath', 'search_path', 'app, public', { searchPath: ['app', 'public'] }],
      ['searchPath, one name', 'search_path', 'app', { searchPath: 'app' }],
      ['connection.application_name', 'application_name', 'shop', { connection: { application_name: 'shop' } }],
      ['connection.options', 'search_path', 'app', { connection: { options: '-c search_path=app' } }],
      ['connection.statement_timeout', 'statement_timeout', '4s', { connection: { statement_timeout: 4000 } }],
      [
        'connection.idle_in_transaction_session_timeout',
        'idle_in_transaction_session_timeout',
        '5s',
        { connection: { idle_in_transaction_session_timeout: 5000 } },
      ],
    ])('%s', async (_option, name, value, more) => {
      expect(await setting(name, more)).toBe(value)
    })

    test('the parameters of a connection string', async () => {
      const { server } = database
      const connection = `postgres://localhost:${server.port}/app?application_name=shop&options=-c%20search_path%3Dapp`
      const { host: _host, port: _port, database: _name, ...settings } = database.settings
      const rows = await withDb(
        { connection },
        async (db) => (await db.raw("select current_setting('application_name') as name, current_schemas(false)")).rows,
        settings,
      )
      expect(rows).toMatchObject([{ name: 'shop' }])
    })
  })

  describe('a new connection', () => {
    test('goes through afterCreate with a callback', async () => {
      const created: boolean[] = []
      const afterCreate = (connection: Client, done: (error: Error | null, connection: Client) => void) => {
        connection.query("set timezone = 'Asia/Tokyo'", (error) => {
          created.push(true)
          done(error, connection)
        })
      }
      expect(await setting('timezone', { pool: { afterCreate } })).toBe('Asia/Tokyo')
      expect(created).toEqual([true])
    })

    test('is made again when it has lived long enough, also where Knex itself knows no such limit', async () => {
      const pids = async (db: Knex) => (await db.raw('select pg_backend_pid() as pid')).rows[0].pid
      const work = async (db: Knex) => {
        const first = await pids(db)
        await new Promise((resolve) => setTimeout(resolve, 200))
        return first === (await pids(db))
      }
      expect(await withDb({ pool: { max: 1, maxConnectionLifetimeMillis: 100 } }, work)).toBe(false)
      expect(await withDb({ pool: { max: 1 } }, work)).toBe(true)
    })

    test('asks for its secret, once for all connections', async () => {
      let asked = 0
      const { user, password, ...settings } = database.settings
      const secrets = async () => {
        asked += 1
        return { user: String(user), password: String(password) }
      }
      const before = (await database.server.connectionsSeen()).length
      const work = async (db: Knex) => {
        await Promise.all(Array.from({ length: 8 }, () => db.raw('select pg_sleep(0.05)')))
      }
      await withDb({ pool: { max: 4 } }, work, { ...settings, secrets })
      expect((await database.server.connectionsSeen()).length - before).toBe(4)
      expect(asked).toBe(1)
    })
  })

  test('connection.password may be a function, asked for each connection', async () => {
    let asked = 0
    const { password, ...settings } = database.settings
    const ask = () => {
      asked += 1
      return Promise.resolve(String(password))
    }
    const work = (db: Knex) => Promise.all([db.raw('select pg_sleep(0.05)'), db.raw('select pg_sleep(0.05)')])
    await withDb({ connection: { password: ask } }, work, settings)
    expect(asked).toBe(2)
  })

  describe('a query that takes too long', () => {
    const asleep = async () => {
      const [row] = await database.server.sql(
        "select count(*) as n from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()",
      )
      return row?.n
    }

    test('is cancelled on the server, over a second connection that is verified too', async () => {
      const before = (await database.server.connectionsSeen()).length
      await withDb({}, async (db) => {
        const query = db.raw('select pg_sleep(60)').timeout(300, { cancel: true })
        await expect(query).rejects.toMatchObject({ name: 'KnexTimeoutError', timeout: 300 })
        await expect.poll(asleep).toBe('0')
        expect((await db.raw('select 1 as one')).rows).toEqual([{ one: 1 }])
      })
      const connections = (await database.server.connectionsSeen()).slice(before)
      expect(connections.length).toBeGreaterThanOrEqual(2)
      expect(connections.filter(({ authorized }) => authorized?.tls === undefined)).toEqual([])
    })
  })

  test('destroy() leaves no session, and a destroyed instance can be initialized again', async () => {
    const db = knex(secureConfig({ ...options, pool: { min: 2, max: 4 } }, database.settings))
    await Promise.all(Array.from({ length: 4 }, () => db.raw('select 1')))
    await db.destroy()
    await database.idle()
    db.initialize()
    expect((await db.raw('select 1 as one')).rows).toEqual([{ one: 1 }])
    await db.destroy()
  })

  test.each(['cockroachdb', 'redshift'])('the dialect of %s connects in the same way', async (client) => {
    const dialect = knex({ client }).client.constructor
    const { rows } = await withDb({ client: dialect, version: '1' }, (db) =>
      db.raw('select ssl from pg_stat_ssl where pid = pg_backend_pid()'),
    )
    expect(rows).toEqual([{ ssl: true }])
  })
})

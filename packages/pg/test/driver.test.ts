import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { attestationOf, type Settings, secureConfig } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: Database
let settings: Settings
beforeAll(async () => {
  database = await startDatabase()
  settings = database.settings
})
afterAll(() => database.stop())

/** The two ways in which pg takes a configuration: our class in a Pool, and our stream under pg's own Client. */
const WAYS = {
  Pool: async (options: pg.PoolConfig) => {
    const pool = new pg.Pool(secureConfig({ max: 1, min: 0, ...options }, settings))
    const client = await pool.connect()
    return {
      client,
      close: async () => {
        client.release()
        await pool.end()
      },
    }
  },
  Client: async (options: pg.ClientConfig) => {
    const client = new pg.Client(secureConfig(options, settings))
    await client.connect()
    return { client, close: () => client.end() }
  },
} as const

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('%s', (way) => {
  const connected = async (work: (client: pg.ClientBase) => Promise<void>, options: pg.PoolConfig = {}) => {
    const { client, close } = await WAYS[way](options)
    try {
      await work(client)
    } finally {
      await close()
    }
  }

  test('the server sees TLS, and the attestation says the same', () =>
    connected(async (client) => {
      const { rows } = await client.query('select ssl, version, cipher from pg_stat_ssl where pid = pg_backend_pid()')
      const attestation = attestationOf(client)
      expect(rows).toEqual([{ ssl: true, version: attestation?.tls?.protocol, cipher: attestation?.tls?.cipher }])
      expect(attestation).toMatchObject({
        host: 'localhost',
        user: 'scram_user',
        encrypted: true,
        tls: { verification: 'full', alpn: 'postgresql' },
        authentication: { method: 'scram-sha-256', channelBound: true },
      })
    }))

  test('parameters, types and a named prepared statement', () =>
    connected(async (client) => {
      for (const value of [1, 2]) {
        const { rows } = await client.query({
          name: 'double',
          text: 'select $1::int * 2 as twice, now() as at',
          values: [value],
        })
        expect(rows[0].twice).toBe(value * 2)
        expect(rows[0].at).toBeInstanceOf(Date)
      }
    }))

  test('a transaction that is rolled back leaves nothing', () =>
    connected(async (client) => {
      await client.query('create temporary table kept (id int)')
      await client.query('begin')
      await client.query('insert into kept values (1)')
      await client.query('rollback')
      expect((await client.query('select count(*)::int as rows from kept')).rows).toEqual([{ rows: 0 }])
    }))

  test('LISTEN hears NOTIFY', () =>
    connected(async (client) => {
      const heard = new Promise<string | undefined>((resolve) =>
        client.once('notification', ({ payload }) => resolve(payload)),
      )
      await client.query('listen news')
      await client.query("select pg_notify('news', 'it works')")
      expect(await heard).toBe('it works')
    }))

  test('a cursor reads in portions', () =>
    connected(async (client) => {
      const cursor = client.query(new Cursor('select n from generate_series(1, 250) n'))
      expect(await cursor.read(100)).toHaveLength(100)
      expect(await cursor.read(200)).toHaveLength(150)
      await cursor.close()
    }))

  test('a query stream reads a hundred thousand rows', () =>
    connected(async (client) => {
      let rows = 0
      for await (const _ of client.query(new QueryStream('select n from generate_series(1, 100000) n'))) rows++
      expect(rows).toBe(100_000)
    }))

  test('COPY goes in and out', () =>
    connected(async (client) => {
      await client.query('create temporary table copied (id int, text text)')
      const lines = Array.from({ length: 20_000 }, (_, i) => `${i}\trow ${i}\n`)
      await pipeline(Readable.from(lines), client.query(copyFrom('copy copied from stdin')))
      const out: Buffer[] = []
      await pipeline(client.query(copyTo('copy copied to stdout')), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) out.push(chunk)
      })
      expect(Buffer.concat(out).toString()).toBe(lines.join(''))
    }))

  test('eight megabytes go there and back', () =>
    connected(async (client) => {
      const text = 'x'.repeat(8 * 1024 * 1024)
      const { rows } = await client.query('select $1::text as text', [text])
      expect(rows[0].text === text).toBe(true)
    }))

  test('run-time parameters reach the server', () =>
    connected(
      async (client) => {
        const { rows } = await client.query(
          `select current_setting('application_name') as name, current_setting('statement_timeout') as timeout,
                  current_setting('search_path') as path`,
        )
        expect(rows).toEqual([{ name: 'billing', timeout: '7s', path: 'pg_catalog' }])
      },
      { application_name: 'billing', statement_timeout: 7000, options: '-c search_path=pg_catalog' },
    ))

  test('an error of a query is pg’s own, and the connection goes on', () =>
    connected(async (client) => {
      await expect(client.query('select 1/0')).rejects.toMatchObject({ code: '22012', severity: 'ERROR' })
      await expect(client.query('select 1/0')).rejects.toBeInstanceOf(pg.DatabaseError)
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    }))

  test('a backend that is killed is an error event, not the end of the process', () =>
    connected(async (client) => {
      const failed = new Promise((resolve) => client.once('error', resolve))
      client.on('error', () => {})
      const { rows } = await client.query('select pg_backend_pid() as pid')
      await database.server.sql(`select pg_terminate_backend(${rows[0].pid})`)
      expect(await failed).toMatchObject({ code: '57P01' })
    }))

  test('pg’s own cancel request goes over TLS and ends the query', () =>
    connected(async (client) => {
      const running = client.query(new pg.Query('select pg_sleep(20)'))
      const ended = new Promise((resolve) => running.on('error', resolve))
      await new Promise((resolve) => setTimeout(resolve, 100))
      const config = secureConfig({}, settings)
      // pg’s types leave cancel out.
      const canceller = (
        way === 'Pool' ? new (client.constructor as typeof pg.Client)() : new pg.Client(config)
      ) as pg.Client & {
        cancel(client: pg.ClientBase, query: unknown): void
      }
      canceller.on('error', () => {})
      canceller.cancel(client, running)
      expect(await ended).toMatchObject({ code: '57014' })
    }))
})

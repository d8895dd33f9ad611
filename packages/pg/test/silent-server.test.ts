import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { secureConfig } from '@verifull/pg'
import { type Database, startDatabase, swallowingProxy } from '@verifull/test-harness'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import Cursor from 'pg-cursor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Limit of the silence, and a time in which a server is asked several times, in milliseconds. */
const [LIMIT_MS, LONG_MS] = [600, 2500]

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

function open(settings: object = {}): pg.Pool {
  return new pg.Pool(secureConfig({ max: 2 }, { ...database.settings, tcp_user_timeout: LIMIT_MS, ...settings }))
}

/** Work that is silent for long although the server is well. */
const SILENT: Record<string, (client: pg.PoolClient) => Promise<unknown>> = {
  'a long statement': (client) => client.query('select pg_sleep(2.5)'),
  'a long statement in a transaction': async (client) => {
    await client.query('begin')
    await client.query('select pg_sleep(2.5)')
    await client.query('commit')
  },
  'a transaction that the application leaves open': async (client) => {
    await client.query('begin')
    await sleep(LONG_MS)
    await client.query('commit')
  },
  'a cursor that is not read': async (client) => {
    const cursor = client.query(new Cursor('select generate_series(1, 1000)'))
    await cursor.read(10)
    await sleep(LONG_MS)
    expect(await cursor.read(10)).toHaveLength(10)
    await cursor.close()
  },
  'a COPY whose rows come slowly': async (client) => {
    await client.query('create temporary table copied (a int)')
    const stream = client.query(copyFrom('copy copied from stdin'))
    stream.write('1\n')
    await sleep(LONG_MS)
    stream.end('2\n')
    await once(stream, 'finish')
    expect((await client.query('select count(*)::int as n from copied')).rows).toEqual([{ n: 2 }])
  },
  'a large COPY that is not read': async (client) => {
    const stream = client.query(copyTo("copy (select repeat('x', 1000) from generate_series(1, 20000)) to stdout"))
    await sleep(LONG_MS)
    let bytes = 0
    for await (const chunk of stream) bytes += (chunk as Buffer).length
    expect(bytes).toBe(20_000 * 1001)
  },
  'a lock that is waited for': async (client) => {
    const other = open()
    const holder = await other.connect()
    await holder.query('begin; select pg_advisory_xact_lock(7)')
    setTimeout(() => void holder.query('commit').then(() => holder.release()), LONG_MS)
    await client.query('select pg_advisory_xact_lock(7)')
    await other.end()
  },
}

describe.concurrent('silence: a server that is well', () => {
  test.each(Object.entries(SILENT))('%s → is not given up', async (_what, work) => {
    const pool = open()
    const client = await pool.connect()
    await work(client)
    client.release()
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.end()
  })
})

test('silence: a long statement while the server admits no other session → is not given up', async () => {
  const proxy = await swallowingProxy({ to: database.server })
  const pool = open({ port: proxy.port })
  const client = await pool.connect()
  const before = proxy.accepted
  await database.server.sql(`alter role ${database.settings.user} connection limit 0`)
  try {
    await client.query('select pg_sleep(2.5)')
    expect(proxy.accepted).toBeGreaterThan(before + 2)
  } finally {
    await database.server.sql(`alter role ${database.settings.user} connection limit -1`)
  }
  client.release()
  await pool.end()
  await proxy.stop()
})

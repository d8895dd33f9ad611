import { resolveProfile, secureConfig, securePg } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())

test.each([
  ['option maxLifetimeSeconds', { maxLifetimeSeconds: 1 }, {}],
  ['settings.pool.maxLifetimeSeconds', {}, { pool: { maxLifetimeSeconds: 1 } }],
])('%s: the server sees another connection when its time is up', async (_what, options, settings) => {
  const config = secureConfig({ max: 1, min: 0, ...options }, { ...database.settings, ...settings })
  expect(config.maxLifetimeSeconds).toBe(1)
  const pool = new pg.Pool(config)
  const pid = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid
  const first = await pid()
  await expect.poll(pid, { timeout: 5000, interval: 100 }).not.toBe(first)
  await pool.end()
})

test('ten sessions that were made together leave at different times, within a tenth of their life', async () => {
  const config = secureConfig({ max: 10 }, { ...database.settings, pool: { maxLifetimeSeconds: 3 } })
  const pool = new pg.Pool(config)
  const leaving: number[] = []
  const began = performance.now()
  pool.on('remove', () => leaving.push(performance.now() - began))
  const clients = await Promise.all(Array.from({ length: 10 }, () => pool.connect()))
  for (const client of clients) client.release()
  await expect.poll(() => leaving.length, { timeout: 5000, interval: 20 }).toBe(10)
  expect(Math.min(...leaving)).toBeGreaterThan(2600)
  expect(Math.max(...leaving) - Math.min(...leaving)).toBeGreaterThan(30)
  await pool.end()
})

test('a session that is lent leaves when it is given back, and its statement goes on', async () => {
  const pool = new pg.Pool(secureConfig({ max: 1 }, { ...database.settings, pool: { maxLifetimeSeconds: 1 } }))
  const client = await pool.connect()
  const { rows } = await client.query('select pg_backend_pid() as pid, pg_sleep(1.2)')
  expect((await client.query('select pg_backend_pid() as pid')).rows[0].pid).toBe(rows[0].pid)
  client.release()
  expect((await pool.query('select pg_backend_pid() as pid')).rows[0].pid).not.toBe(rows[0].pid)
  await pool.end()
})

test('a client in no pool stays', async () => {
  const { Client } = securePg(
    resolveProfile({ settings: { ...database.settings, pool: { maxLifetimeSeconds: 1 } } }).profile,
  )
  const client = new Client()
  await client.connect()
  await client.query('select pg_sleep(1.2)')
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await client.end()
})

test('by default a connection stays', async () => {
  const pool = new pg.Pool(secureConfig({ max: 1, min: 0 }, database.settings))
  const pid = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid
  const first = await pid()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await pid()).toBe(first)
  await pool.end()
})

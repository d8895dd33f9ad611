import { secureConfig } from '@verifull/pg'
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

test('without a lifetime a connection stays', async () => {
  const pool = new pg.Pool(secureConfig({ max: 1, min: 0 }, database.settings))
  const pid = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid
  const first = await pid()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await pid()).toBe(first)
  await pool.end()
})

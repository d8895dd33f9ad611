import { onPoolTiming, type PoolTiming, processStats, type Settings, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())

const PLACE = { host: 'localhost', port: database.server.port }
const timings: PoolTiming[] = []
beforeEach(() => {
  timings.length = 0
})

function poolOf(options: pg.PoolConfig = {}, settings: Settings = {}) {
  const pool = new pg.Pool(secureConfig({ max: 2, ...options }, { ...database.settings, ...settings }))
  onTestFinished(async () => void (pool.ended || (await pool.end())))
  return pool
}

test('processStats(): before the first connection → the pool, and no server', () => {
  poolOf({ min: 1 }, { database: 'unused' })
  const { at, pools, endpoints } = processStats()
  expect(at).toBeInstanceOf(Date)
  expect(pools).toEqual([
    {
      name: `localhost:${PLACE.port}/unused`,
      source: 'pg',
      role: undefined,
      endpoint: PLACE,
      database: 'unused',
      min: 1,
      counts: { total: 0, idle: 0, active: 0, waiting: 0, max: 2 },
      connecting: 0,
      oldestCheckoutMs: 0,
      oldestRunningMs: 0,
      totals: { checkouts: 0, opened: 0, retired: {}, timeouts: 0, refused: 0, leaks: 0 },
    },
  ])
  expect(endpoints).toEqual([])
})

test('processStats(): a session that runs a statement → pool, server, secret and certificates', async () => {
  const password = database.settings.password as string
  const secrets = async () => ({ user: 'scram_user', password, version: 'v1' })
  const { password: _password, user: _user, ...settings } = database.settings
  const pool = new pg.Pool(secureConfig({ max: 2 }, { ...settings, secrets }))
  const client = await pool.connect()
  const running = client.query('select pg_sleep(0.2)')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const { pools, endpoints, credentials, certificates } = processStats()
  expect(pools).toMatchObject([{ counts: { total: 1, active: 1 }, totals: { checkouts: 1, opened: 1, retired: {} } }])
  expect(pools[0]?.oldestRunningMs).toBeGreaterThan(20)
  expect(pools[0]?.oldestCheckoutMs).toBe(pools[0]?.oldestRunningMs)
  expect(endpoints).toMatchObject([
    {
      ...PLACE,
      address: expect.stringMatching(/^(::1|127\.0\.0\.1)$/),
      breaker: 'closed',
      failure: undefined,
      isStandby: false,
      isReadOnly: false,
      sessions: 1,
      plaintextSessions: 0,
      connectedAt: expect.any(Date),
      tls: { protocol: 'TLSv1.3', cipher: expect.stringContaining('AES'), verification: 'full' },
      authentication: 'scram-sha-256',
      channelBound: true,
    },
  ])
  expect(credentials).toMatchObject([
    { source: 'settings.secrets', version: 'v1', generation: 1, isStale: false, failure: undefined },
  ])
  expect(certificates.map(({ of }) => of).toSorted()).toEqual(['ca', 'server'])
  expect(certificates.find(({ of }) => of === 'server')).toMatchObject({
    source: `localhost:${PLACE.port}`,
    daysLeft: expect.any(Number),
  })
  const stats = processStats()
  expect(structuredClone(stats)).toEqual(stats)
  expect(JSON.stringify(stats)).not.toContain(password)
  await running
  client.release()
  expect(processStats().pools).toMatchObject([{ counts: { idle: 1, active: 0 }, oldestRunningMs: 0 }])
  await pool.end()
  expect(processStats().pools).toEqual([])
  await vi.waitFor(() => expect(processStats().endpoints).toMatchObject([{ ...PLACE, sessions: 0 }]))
})

test('processStats(): no session in time, a server that is away → counted, and its failure', async () => {
  const pool = poolOf({ max: 1, connectionTimeoutMillis: 1000 })
  await pool.query('select 1')
  const lent = await pool.connect()
  await expect(pool.connect()).rejects.toThrow('timeout exceeded')
  lent.release()
  await expect(poolOf({ connectionTimeoutMillis: 500 }, { port: 1 }).connect()).rejects.toThrow()
  const { pools, endpoints } = processStats()
  expect(pools[0]).toMatchObject({ totals: { checkouts: 2, timeouts: 1 } })
  const [away] = endpoints.filter(({ port }) => port === 1)
  expect(away).toMatchObject({ breaker: expect.stringMatching(/open/), failure: 'ECONNREFUSED', sessions: 0 })
  expect(away).toMatchObject({ connectedAt: undefined, tls: undefined })
})

test('onPoolTiming(): checkouts of every kind → wait and use of each; nothing after the end', async () => {
  const pool = poolOf({ max: 1 })
  await pool.query('select 1')
  const stop = onPoolTiming((timing) => void timings.push(timing))
  await pool.query('select pg_sleep(0.3)')
  const client = await pool.connect()
  const waiting = pool.query('select 1')
  await client.query('select pg_sleep(0.3)')
  client.release()
  await waiting
  stop()
  await pool.query('select 1')
  expect(timings.map(({ kind }) => kind)).toEqual(['wait', 'use', 'wait', 'use', 'wait', 'use'])
  expect(timings[0]).toEqual({
    pool: expect.stringContaining('localhost'),
    source: 'pg',
    kind: 'wait',
    ms: expect.any(Number),
  })
  const [first, use, , , waited] = timings.map(({ ms }) => ms)
  expect(first).toBeLessThan(250)
  expect(use).toBeGreaterThan(250)
  expect(waited).toBeGreaterThan(250)
})

test('onPoolTiming(): a listener that throws → the checkout is not hurt', async () => {
  const pool = poolOf()
  const stop = onPoolTiming(() => {
    throw new Error('of a listener')
  })
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  stop()
})

import { setTimeout as sleep } from 'node:timers/promises'
import { PoolError, type Settings, secureConfig } from '@verifull/pg'
import { startDatabase, swallowingProxy } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { uncaughtException } from './uncaught.ts'

const database = await startDatabase()
afterAll(() => database.stop())

/** Longest delay of a busy machine, in milliseconds. */
const BUSY_MS = 2000
/** The error of a checkout that has waited in vain; with a limit, of one that tells this limit. */
const lateWithin = (limit = '') => ({
  code: 'POOL_TIMEOUT',
  message: expect.stringMatching(new RegExp(`^timeout exceeded when trying to connect: .* lent none within ${limit}`)),
})

function poolOf(connectionTimeoutMillis: number, settings: Settings = {}): pg.Pool {
  const options = { max: 1, connectionTimeoutMillis }
  const pool = new pg.Pool(secureConfig(options, { ...database.settings, ...settings }))
  onTestFinished(async () => void (pool.ending || (await pool.end())))
  return pool
}

/**
 * Resolves with the time that a checkout waits in vain, in milliseconds.
 *
 * @param limit The limit that its error tells.
 */
async function waitsFor(ask: () => Promise<unknown>, limit?: string): Promise<number> {
  const began = performance.now()
  await expect(ask()).rejects.toMatchObject(lateWithin(limit))
  return performance.now() - began
}

const byCallback = (pool: pg.Pool) =>
  new Promise<void>((resolve, reject) => {
    pool.connect((error, _client, release) => {
      if (error) return reject(error)
      release()
      resolve()
    })
  })

function expectWithin(times: readonly number[], limitMs: number): void {
  for (const ms of times) {
    expect(ms).toBeGreaterThan(limitMs - 2)
    expect(ms).toBeLessThan(limitMs + BUSY_MS)
  }
}

test('waiting: checkouts that begin one after another, by a query, a promise and a callback → each has the whole limit', async () => {
  const pool = poolOf(300)
  const client = await pool.connect()
  const ways = [() => pool.query('select 1'), () => pool.connect(), () => byCallback(pool)]
  const waiting: Promise<number>[] = []
  for (const ask of [...ways, ...ways]) {
    waiting.push(waitsFor(ask))
    await sleep(70)
  }
  expectWithin(await Promise.all(waiting), 300)
  expect(pool.waitingCount).toBe(0)
  client.release()
  await byCallback(pool)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('waiting: some are served in time → the others are ended at their own time, and no served one is', async () => {
  const pool = poolOf(400)
  const client = await pool.connect()
  const served = [pool.query('select 1 as one'), pool.query('select 2 as two')]
  await sleep(200)
  const holder = pool.connect()
  const late = waitsFor(() => pool.query('select 3'))
  client.release()
  expect((await Promise.all(served)).map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ two: 2 }]])
  const held = await holder
  expectWithin([await late], 400)
  held.release()
})

test('waiting: the limit of the pool is changed while some wait → each has the limit of its beginning', async () => {
  const pool = poolOf(600)
  const client = await pool.connect()
  const long = waitsFor(() => pool.query('select 1'), '0.6 s')
  pool.options.connectionTimeoutMillis = 200
  const short = waitsFor(() => pool.query('select 1'), '0.2 s')
  pool.options.connectionTimeoutMillis = 0
  const patient = pool.query('select 1 as one')
  const ended: string[] = []
  void long.then(() => ended.push('long'))
  expectWithin([await short], 200)
  expect(ended).toEqual([])
  expectWithin([await long], 600)
  expect(pool.waitingCount).toBe(1)
  client.release()
  expect((await patient).rows).toEqual([{ one: 1 }])
})

test('waiting: the callback of one asks again, gives a client back, or throws → the others are served or ended, and the error is uncaught', async () => {
  const pool = poolOf(200)
  const client = await pool.connect()
  const uncaught = uncaughtException()
  pool.connect((error) => {
    throw new Error('thrown by a callback', { cause: error })
  })
  const again = new Promise((resolve) => pool.connect(() => resolve(waitsFor(() => pool.query('select 1')))))
  const late = waitsFor(() => pool.query('select 1'))
  const thrown = await uncaught
  expect(thrown).toMatchObject({ message: 'thrown by a callback', cause: lateWithin() })
  expectWithin([await late], 200)
  expectWithin([(await again) as number], 200)
  const givesBack = new Promise<unknown>((resolve) => {
    pool.connect((error) => {
      client.release()
      resolve(error)
    })
  })
  const served = pool.query('select 1 as one')
  expect(await givesBack).toBeInstanceOf(PoolError)
  expect((await served).rows).toEqual([{ one: 1 }])
})

test('waiting: the process is busy for longer than the limit → all that wait are ended, and the pool goes on', async () => {
  const pool = poolOf(100)
  const client = await pool.connect()
  const waiting = Array.from({ length: 20 }, () => expect(pool.query('select 1')).rejects.toMatchObject(lateWithin()))
  const end = performance.now() + 200
  while (performance.now() < end);
  await Promise.all(waiting)
  client.release()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test.each([
  { what: 'before its probe has', limitMs: 250 },
  { what: 'while another one is connected to', limitMs: 700 },
])('waiting: the server of an idle client is silent, and the limit ends $what → it ends then', async ({ limitMs }) => {
  const proxy = await swallowingProxy({ to: database.server })
  const pool = poolOf(limitMs, { port: proxy.port })
  await pool.query('select 1')
  await sleep(1100)
  proxy.swallow()
  expectWithin([await waitsFor(() => pool.query('select 1'))], limitMs)
  proxy.relay()
  await expect.poll(async () => (await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(pool.totalCount).toBe(1)
  await pool.end()
  await proxy.stop()
})

test('waiting: pools end while some wait → by end() these have their limit, and no timer holds the process', async () => {
  const pool = poolOf(200)
  const client = await pool.connect()
  const late = waitsFor(() => pool.query('select 1'))
  const ending = pool.end()
  expectWithin([await late], 200)
  client.release()
  await ending
  expect(process.getActiveResourcesInfo().filter((one) => one === 'Timeout')).toEqual([])
})

test('waiting: a client goes from one checkout to the next → no timer of its idle time until it is idle, and then it ends', async () => {
  const pool = poolOf(1000, { pool: { idleTimeoutMillis: 300 } })
  const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
  const client = await pool.connect()
  const next = pool.connect()
  const before = timers()
  client.release()
  const lent = await next
  expect(timers()).toBe(before)
  lent.release()
  expect(timers()).toBe(before + 1)
  expect(pool.idleCount).toBe(1)
  await expect.poll(() => pool.totalCount, { timeout: 10_000 }).toBe(0)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

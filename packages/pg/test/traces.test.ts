import { AsyncLocalStorage } from 'node:async_hooks'
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { type AcquireTrace, type ConnectTrace, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { uncaughtException } from './uncaught.ts'

const database = await startDatabase()
afterAll(() => database.stop())

const storage = new AsyncLocalStorage<string>()
const acquires: TracingChannel<unknown, AcquireTrace> = tracingChannel('verifull:pool:acquire')
const connects: TracingChannel<unknown, ConnectTrace> = tracingChannel('verifull:connect')
const seen: [channel: string, event: string, context: AcquireTrace | ConnectTrace, store: unknown][] = []
const note = (channel: string, event: string) => (context: unknown) =>
  void seen.push([channel, event, context as AcquireTrace, storage.getStore()])
const listenersOf = (channel: string) => ({
  start: note(channel, 'start'),
  end: note(channel, 'end'),
  asyncStart: note(channel, 'asyncStart'),
  asyncEnd: note(channel, 'asyncEnd'),
  error: note(channel, 'error'),
})
const [ofAcquires, ofConnects] = [listenersOf('acquire'), listenersOf('connect')]
beforeEach(() => {
  seen.length = 0
  acquires.subscribe(ofAcquires)
  connects.subscribe(ofConnects)
})
afterEach(() => {
  acquires.unsubscribe(ofAcquires)
  connects.unsubscribe(ofConnects)
})

const poolOf = (options: pg.PoolConfig = {}) => new pg.Pool(secureConfig({ max: 1, ...options }, database.settings))
const told = () => seen.map(([channel, event, , store]) => `${channel} ${event} in ${store}`)
const ofCall = (channel: string, store: string, events = ['start', 'end', 'asyncStart', 'asyncEnd']) =>
  events.map((event) => `${channel} ${event} in ${store}`)

test('verifull:pool:acquire: a promise → told in the context of the caller, around the connect', async () => {
  const pool = poolOf()
  const client = await storage.run('one', () => pool.connect())
  client.release()
  const again = await storage.run('two', () => pool.connect())
  again.release()
  await pool.end()
  expect(told().toSorted()).toEqual(
    [...ofCall('acquire', 'one'), ...ofCall('connect', 'one'), ...ofCall('acquire', 'two')].toSorted(),
  )
  const [[, , context] = []] = seen
  expect(context).toMatchObject({
    pool: expect.stringMatching(/^localhost:\d+\/app/),
    source: 'pg',
    serverAddress: 'localhost',
    serverPort: database.server.port,
    database: 'app',
    user: 'scram_user',
    result: { waitedMs: expect.any(Number) },
  })
  expect(structuredClone(context)).toEqual(context)
})

test('verifull:pool:acquire: pool.query() and callbacks → the context of the caller survives', async () => {
  const pool = poolOf()
  const { rows } = await storage.run('query', () => pool.query('select 1 as one'))
  expect(rows).toEqual([{ one: 1 }])
  expect(told().filter((one) => one.startsWith('acquire'))).toEqual(ofCall('acquire', 'query'))
  // It waits until another context gives the client back.
  const lent = await storage.run('before', () => pool.connect())
  const store = new Promise((resolve, reject) => {
    storage.run('callback', () =>
      pool.connect((error, client, release) => {
        release()
        if (error || !client) reject(error)
        else resolve(storage.getStore())
      }),
    )
  })
  storage.run('another', () => lent.release())
  expect(await store).toBe('callback')
  await pool.end()
})

test('verifull:pool:acquire: no session in time → error, with the code', async () => {
  const pool = poolOf({ connectionTimeoutMillis: 2000 })
  const lent = await pool.connect()
  const busy = new pg.Pool(secureConfig({ max: 1, connectionTimeoutMillis: 50 }, { ...database.settings, port: 1 }))
  seen.length = 0
  const error = await storage.run('late', () => busy.connect()).catch((failure: unknown) => failure)
  expect(error).toBeInstanceOf(Error)
  expect(told().filter((one) => one.startsWith('acquire'))).toEqual(
    ofCall('acquire', 'late', ['start', 'end', 'error', 'asyncStart', 'asyncEnd']),
  )
  lent.release()
  await Promise.all([pool.end(), busy.end()])
})

test('verifull:pool:acquire: a callback that throws → an error of the application, as without a subscriber', async () => {
  const pool = poolOf()
  const uncaught = uncaughtException()
  pool.connect((_error, _client, release) => {
    release()
    throw new RangeError('of the application')
  })
  expect(await uncaught).toMatchObject({ message: 'of the application' })
  await pool.end()
})

import { AsyncLocalStorage } from 'node:async_hooks'
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHierarchy, startHostileServer } from '@verifull/test-harness/fixtures'
import { afterAll, afterEach, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { type ConnectTrace, type FetchTrace, PolicyError, resolveProfile, snapshotOf } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { profileFor } from './on-the-network.ts'

type Seen = readonly [event: string, context: unknown, store: unknown]
const storage = new AsyncLocalStorage<string>()
const connects: TracingChannel<unknown, ConnectTrace> = tracingChannel('verifull:connect')
const fetches: TracingChannel<unknown, FetchTrace> = tracingChannel('verifull:credentials:fetch')
const stops: (() => void)[] = []
const server = { plain: await startHostileServer({ answers: ['ok'] }), tls: await startTlsServer() }

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})
afterAll(async () => {
  await server.plain.stop()
  await server.tls.stop()
})

async function startTlsServer() {
  const { servers } = await createHierarchy()
  const { chain: certificate, key } = servers.good
  return await startHostileServer({ tls: { certificate, key }, answers: ['ok'] })
}

/** Follows a channel; the returned list grows. */
function follow(channel: TracingChannel<unknown, object>): Seen[] {
  const seen: Seen[] = []
  const note = (event: string) => (context: unknown) => void seen.push([event, context, storage.getStore()])
  const listeners = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  }
  channel.subscribe(listeners)
  stops.push(() => void channel.unsubscribe(listeners))
  return seen
}

function settingsFor(settings: Settings = {}) {
  const at = { host: '127.0.0.1', port: server.plain.port, user: 'app', database: 'orders' }
  const settled = { ...at, sslmode: 'disable', policy: 'development', failoverTimeoutMs: 0, environment: {} } as const
  return resolveProfile({ settings: { ...settled, ...settings } }).profile
}

test('verifull:connect: plaintext → start, end, asyncStart and asyncEnd with one context, in the context of the caller', async () => {
  const seen = follow(connects)
  const { socket } = await storage.run('request 7', () => dial(settingsFor()))
  socket.destroy()
  expect(seen.map(([event, , store]) => [event, store])).toEqual(
    ['start', 'end', 'asyncStart', 'asyncEnd'].map((event) => [event, 'request 7']),
  )
  const [[, context] = []] = seen
  expect(seen.every(([, one]) => one === context)).toBe(true)
  expect(context).toMatchObject({
    serverAddress: '127.0.0.1',
    serverPort: server.plain.port,
    database: 'orders',
    user: 'app',
    attempts: [],
    result: { host: '127.0.0.1', address: '127.0.0.1', encrypted: false, tls: undefined, authentication: 'none' },
  })
  const { phases } = context as ConnectTrace
  expect(phases.map(({ phase }) => phase)).toEqual(['credentials', 'lookup', 'connect', 'authentication', 'session'])
  expect(phases.every(({ startMs, durationMs }) => startMs >= 0 && durationMs >= 0)).toBe(true)
  expect(structuredClone(context)).toEqual(context)
})

test('verifull:connect: TLS → its phases, and facts of the certificate in place of the certificate', async () => {
  const seen = follow(connects)
  const { socket } = await dial(await profileFor(server.tls.port, 'tls'))
  socket.destroy()
  const context = seen.at(-1)?.[1] as ConnectTrace
  expect(context.phases.map(({ phase }) => phase)).toEqual([
    'credentials',
    'lookup',
    'connect',
    'negotiation',
    'handshake',
    'authentication',
    'session',
  ])
  expect(context.result).toMatchObject({
    host: 'db.test',
    encrypted: true,
    tls: { protocol: 'TLSv1.3', verification: 'full', clientCertificate: false },
  })
  expect(context.result?.tls?.certificate.validTo).toBeInstanceOf(Date)
  expect(structuredClone(context)).toEqual(context)
})

test('verifull:connect: a failure → error before asyncStart, with plain data of the error and every attempt', async () => {
  const seen = follow(connects)
  const failing = dial(settingsFor({ port: 1 }))
  await expect(failing).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(seen.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  const context = seen.at(-1)?.[1] as ConnectTrace
  expect(context).toMatchObject({
    serverPort: 1,
    error: { name: 'ConnectError', code: 'ECONNREFUSED' },
    attempts: [{ host: '127.0.0.1', code: 'ECONNREFUSED' }],
  })
  expect(context.error).not.toBeInstanceOf(Error)
  expect(context).not.toHaveProperty('result')
})

test('verifull:connect: a session that a rule refuses → error, with a snapshot', async () => {
  const seen = follow(connects)
  const refusal = new PolicyError([])
  const judgeSession = () => {
    throw refusal
  }
  await expect(dial({ ...settingsFor(), judgeSession })).rejects.toBe(refusal)
  expect(seen.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  expect(seen.at(-1)?.[1]).toMatchObject({ error: { name: 'PolicyError', code: 'POLICY' } })
  expect(seen.at(-1)?.[1]).not.toHaveProperty('result')
  expect(snapshotOf(refusal)?.attempts).toEqual([])
})

test('verifull:connect: a store that is bound → set for all work of the connection, such as the request for its secret', async () => {
  const transform = ({ serverPort }: ConnectTrace) => `connect ${serverPort}`
  connects.start.bindStore(storage, transform as never)
  stops.push(() => void connects.start.unbindStore(storage))
  const seen = follow(fetches)
  let within: unknown
  const secrets = async () => {
    await sleep(1)
    within = storage.getStore()
    return { user: 'app', password: 'CANARY-5jd', version: '7' }
  }
  const { socket } = await storage.run('outside', async () => {
    const dialed = await dial(settingsFor({ secrets }))
    expect(storage.getStore()).toBe('outside')
    return dialed
  })
  socket.destroy()
  expect(within).toBe(`connect ${server.plain.port}`)
  expect(seen.map(([event, , store]) => [event, store])).toEqual(
    ['start', 'end', 'asyncStart', 'asyncEnd'].map((event) => [event, `connect ${server.plain.port}`]),
  )
  expect(seen.at(-1)?.[1]).toEqual({
    source: 'settings.secrets',
    serverAddress: undefined,
    serverPort: undefined,
    result: { version: '7', expiresAt: undefined },
  })
})

test('verifull:credentials:fetch: a provider that throws → its class alone', async () => {
  const seen = follow(fetches)
  const secrets = async () => {
    throw Object.assign(new TypeError('CANARY-4kd'), { request: 'CANARY-4kd' })
  }
  await expect(dial(settingsFor({ secrets }))).rejects.toMatchObject({ code: 'CREDENTIALS_PROVIDER' })
  expect(seen.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  expect(seen.at(-1)?.[1]).toMatchObject({ source: 'settings.secrets', error: { code: 'CREDENTIALS_PROVIDER' } })
  expect(JSON.stringify(seen)).not.toContain('CANARY')
})

test('verifull:connect: the last subscriber goes while a connection is made → it is made, and nothing is told', async () => {
  const seen = follow(connects)
  const dialing = dial(settingsFor())
  for (const stop of stops.splice(0)) stop()
  const { socket } = await dialing
  socket.destroy()
  expect(seen.map(([event]) => event)).toEqual(['start', 'end'])
})

test('verifull:connect: a subscriber that comes while a connection is made → hears the next one', async () => {
  const dialing = dial(settingsFor())
  const seen = follow(connects)
  const dialed = [await dialing, await dial(settingsFor())]
  for (const { socket } of dialed) socket.destroy()
  expect(seen.map(([event]) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
})

test('snapshotOf: a connection that failed → attempts and servers, unseen by loggers, followed or not', async () => {
  const error = await dial(settingsFor({ port: 1 })).catch((failure: unknown) => failure)
  const snapshot = snapshotOf(error)
  expect(snapshot).toMatchObject({
    attempts: [{ host: '127.0.0.1', port: 1, code: 'ECONNREFUSED' }],
    endpoints: [{ host: '127.0.0.1', port: 1, address: '127.0.0.1', failure: 'ECONNREFUSED' }],
  })
  expect(structuredClone(snapshot)).toEqual(snapshot)
  expect(Object.keys(error as object)).not.toContain('snapshot')
  expect(snapshotOf({ driverError: new Error('by TypeORM', { cause: error }) })).toBe(snapshot)
  expect(snapshotOf(Object.assign(new Error('by Sequelize'), { parent: error, original: error }))).toBe(snapshot)
})

test('snapshotOf: another error, a circle, no error → undefined', () => {
  const circle = new Error('circle')
  circle.cause = circle
  expect([circle, new Error('other'), undefined, null, 'text', 7, {}].map(snapshotOf)).toEqual(Array(7).fill(undefined))
})

test('snapshotOf: the reason of a signal that aborted → none is added', async () => {
  const reason = new Error('given up')
  await expect(dial(settingsFor(), {}, AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(snapshotOf(reason)).toBeUndefined()
})

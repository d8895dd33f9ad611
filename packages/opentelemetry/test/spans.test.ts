import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { placeholderHost, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { SPANS } from '../src/spans.ts'
import { startInstrumented } from './sdk.ts'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const database = await startDatabase()
afterAll(() => database.stop())
const { port } = database.server
const password = database.server.password('scram_user')

function poolOf(settings: object = {}) {
  const pool = new pg.Pool(secureConfig({}, { ...database.settings, ...settings }))
  onTestFinished(async () => void (pool.ended || (await pool.end())))
  return pool
}

test('connect → one span below the active one, with the server that was dialed, TLS and the phases', async () => {
  const { spans, tracerProvider } = startInstrumented()
  const request = tracerProvider.getTracer('test').startSpan('request')
  await context.with(trace.setSpan(context.active(), request), () => poolOf().query('select 1'))
  const [span] = spans()
  expect(spans()).toHaveLength(1)
  expect(span?.name).toBe('verifull.connect')
  expect(span?.kind).toBe(SpanKind.CLIENT)
  expect(span?.parentSpanContext?.spanId).toBe(request.spanContext().spanId)
  expect(span?.attributes).toMatchObject({
    'db.system.name': 'postgresql',
    'db.namespace': 'app',
    'server.address': 'localhost',
    'server.port': port,
    'network.peer.address': expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    'network.peer.port': port,
    'network.transport': 'tcp',
    'tls.established': true,
    'tls.protocol.name': 'tls',
    'tls.protocol.version': '1.3',
    'tls.cipher': expect.stringMatching(/^TLS_/),
    'tls.curve': expect.any(String),
    'tls.server.subject': expect.stringContaining('CN='),
    'tls.server.issuer': expect.stringContaining('CN='),
    'tls.server.not_after': expect.stringMatching(/^\d{4}-.*Z$/),
    'tls.server.hash.sha256': expect.stringMatching(/^[0-9A-F]{64}$/),
    'verifull.tls.verification': 'full',
    'verifull.tls.client_certificate': false,
    'verifull.authentication.method': 'scram-sha-256',
    'verifull.channel_binding': true,
  })
  expect(Object.keys(span?.attributes ?? {}).filter((name) => !isListed(span, name))).toEqual([])
  const events = span?.events ?? []
  expect(events.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['connect', 'negotiation', 'handshake', 'authentication', 'session']),
  )
  const times = events.map(({ time }) => millisecondsOf(time))
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(times[0]).toBeGreaterThanOrEqual(millisecondsOf(span?.startTime ?? [0, 0]))
  expect(times.at(-1)).toBeLessThanOrEqual(millisecondsOf(span?.endTime ?? [0, 0]))
})

test('the second of two servers → its address, and the attempt that failed as an event', async () => {
  const { spans } = startInstrumented()
  const pool = poolOf({ host: 'localhost,localhost', port: `1,${port}` })
  await pool.query('select 1')
  const [span] = spans()
  expect(span?.attributes).toMatchObject({ 'server.address': 'localhost', 'server.port': port })
  expect(span?.status.code).toBe(SpanStatusCode.UNSET)
  expect(span?.events.find(({ name }) => name === 'attempt failed')?.attributes).toMatchObject({
    'server.port': 1,
    'verifull.attempt.kind': 'tls',
    'error.type': 'ECONNREFUSED',
  })
})

test('a connection that is refused → error.type and status; its message has no secret', async () => {
  const { spans } = startInstrumented()
  const pool = poolOf({ password: 'wr0ng-secret' })
  await expect(pool.query('select 1')).rejects.toThrow('password authentication failed')
  const [span] = spans()
  expect(span?.attributes).toMatchObject({ 'error.type': '28P01', 'server.port': port })
  expect(span?.status).toEqual({
    code: SpanStatusCode.ERROR,
    message: expect.stringContaining('password authentication failed'),
  })
  expect(textOf(spans())).not.toContain('wr0ng-secret')
})

test('a secret → fetched within the span of its connection, and neither has the secret', async () => {
  const { spans } = startInstrumented()
  const { user: _user, password: _password, ...settings } = database.settings
  const pool = new pg.Pool(secureConfig({}, { ...settings, secrets: async () => ({ user: 'scram_user', password }) }))
  onTestFinished(() => pool.end())
  await pool.query('select 1')
  const [fetch, connect] = ['verifull.credentials.fetch', 'verifull.connect'].map((name) =>
    spans().find((span) => span.name === name),
  )
  expect(fetch?.attributes).toEqual({ 'verifull.credential.source': 'settings.secrets' })
  expect(fetch?.parentSpanContext?.spanId).toBe(connect?.spanContext().spanId)
  expect(textOf(spans())).not.toContain(password)
  expect(textOf(spans())).not.toContain(placeholderHost())
})

test('poolSpans → a span of each checkout, and the connection below the first', async () => {
  const { spans } = startInstrumented({ poolSpans: true })
  const pool = poolOf()
  await pool.query('select 1')
  await pool.query('select 1')
  const names = spans().map(({ name }) => name)
  expect(names).toEqual(['verifull.connect', 'verifull.pool.acquire', 'verifull.pool.acquire'])
  const [connect, first] = spans()
  expect(connect?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId)
  expect(first?.attributes).toMatchObject({
    'db.client.connection.pool.name': `localhost:${port}/app`,
    'verifull.pool.library': 'pg',
    'server.port': port,
  })
})

test('a connection that is made long after another, by its callbacks → not below the span of that one', async () => {
  const { spans } = startInstrumented()
  const pool = poolOf()
  const client = await pool.connect()
  await new Promise<void>((resolve) => {
    client.query('select 1', () =>
      resolve(
        poolOf()
          .query('select 1')
          .then(() => undefined),
      ),
    )
  })
  client.release()
  expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined])
})

function isListed(span: ReadableSpan | undefined, attribute: string): boolean {
  const found = Object.values(SPANS).find(({ name }) => name === span?.name)
  return (found?.attributes as readonly string[] | undefined)?.includes(attribute) ?? false
}

function millisecondsOf([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6
}

function textOf(spans: readonly ReadableSpan[]): string {
  return JSON.stringify(spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })))
}

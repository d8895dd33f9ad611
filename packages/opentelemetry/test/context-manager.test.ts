import { executionAsyncId } from 'node:async_hooks'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { startInstrumented } from './sdk.ts'

const database = await startDatabase()
afterAll(() => database.stop())

/** Reads with a secret, and returns the rows, the spans and the asynchronous id of a promise within the request for it. */
async function connected() {
  const { spans } = startInstrumented()
  const { user, password, ...settings } = database.settings
  let promiseId = Number.NaN
  const secrets = async () => {
    await null
    promiseId = executionAsyncId()
    return { user, password }
  }
  const pool = new pg.Pool(secureConfig({}, { ...settings, secrets }))
  const { rows } = await pool.query('select 1 as one')
  await pool.end()
  const [fetch, connect] = ['verifull.credentials.fetch', 'verifull.connect'].map((name) =>
    spans().find((span) => span.name === name),
  )
  return { rows, fetch, connect, promiseId }
}

// Before Node 24, promises have ids while an AsyncLocalStorage is in use, which makes each of them slower.
test('no context manager → spans without parents, and promises without ids', async () => {
  const { fetch, connect, promiseId } = await connected()
  expect(fetch).toBeDefined()
  expect(connect).toBeDefined()
  expect(fetch?.parentSpanContext).toBeUndefined()
  expect(connect?.parentSpanContext).toBeUndefined()
  expect(promiseId).toBe(0)
})

test('a context manager that is registered after instrument() → the secret is fetched within the span of its connection', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  onTestFinished(() => context.disable())
  const { fetch, connect } = await connected()
  expect(fetch?.parentSpanContext?.spanId).toBe(connect?.spanContext().spanId)
})

test('a context manager that fails → connections', async () => {
  const broken = new AsyncLocalStorageContextManager()
  broken.with = () => {
    throw new Error('broken')
  }
  context.setGlobalContextManager(broken)
  onTestFinished(() => context.disable())
  expect((await connected()).rows).toEqual([{ one: 1 }])
})

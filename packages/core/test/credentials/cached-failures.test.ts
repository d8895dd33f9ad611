import { listenerOf } from '@verifull/test-harness/fixtures'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import type { CredentialsEvent } from '../../src/events/credentials.ts'
import { type Answer, later, MINUTE, secret, signal, storeWith } from './cached-store.ts'

const listener = listenerOf<CredentialsEvent>('verifull:credentials')
const { events } = listener

beforeEach(() => {
  vi.useFakeTimers()
  listener.start()
})
afterEach(() => {
  vi.useRealTimers()
  listener.stop()
})

describe('cached: failing provider', () => {
  test('ten minutes of failures → the stale secret, requests with back-off, and its age in the event', async () => {
    const { store, password } = storeWith(secret('one', { version: 'v1' }))
    await password()
    store.answer = new Error('down')
    await later(5 * MINUTE)
    for (let half = 0; half < 20 * 60; half++) {
      await later(500)
      expect(await password()).toBe('one')
    }
    expect(store.questions.length).toBeGreaterThan(10)
    expect(store.questions.length).toBeLessThan(80)
    const stale = events.flatMap((event) => (event.kind === 'stale' ? [event] : []))
    expect(stale.at(-1)).toMatchObject({ version: 'v1', error: { code: 'CREDENTIALS_PROVIDER' } })
    expect(Math.round((stale.at(-1)?.ageMs ?? 0) / MINUTE)).toBe(15)
    store.answer = secret('two')
    await later(30_000)
    await password()
    await later(0)
    expect(await password()).toBe('two')
  })

  test.each<[string, Answer]>([
    ['gives a number', 7 as never],
    ['gives an empty password', secret('')],
    ['gives nothing', undefined as never],
    ['hangs', 'nothing'],
  ])('it %s → the last good secret stays', async (_what, answer) => {
    const { store, password } = storeWith(secret('one'))
    await password()
    store.answer = answer
    await later(6 * MINUTE)
    const asked = password()
    await later(250)
    expect(await asked).toBe('one')
    await later(10_000)
    expect(await password()).toBe('one')
    expect(events.map(({ kind }) => kind)).toContain('failed')
    store.answer = secret('two')
    await later(30_000)
    await password()
    await later(0)
    expect(await password()).toBe('two')
  })

  test('a synchronous throw → handled like a rejection', async () => {
    const broken = cached((() => {
      throw new TypeError('x')
    }) as CredentialsProvider)
    await expect(broken({ signal })).rejects.toMatchObject({
      code: 'CREDENTIALS_PROVIDER',
      message:
        'the credentials provider failed to give credentials (TypeError); its message is not shown, as it may quote the secret: log it there',
    })
  })

  test('no response → abandoned at the timeout, and requested again', async () => {
    const { store, password } = storeWith('nothing')
    const failing = expect(password()).rejects.toMatchObject({
      code: 'CREDENTIALS_UNAVAILABLE',
      message: 'the credentials provider gave no credentials within 8 s',
      retryable: true,
    })
    await later(8001)
    await failing
    expect(store.questions[0]?.signal.aborted).toBe(true)
    store.answer = secret('one')
    const asked = password()
    await later(1000)
    expect(await asked).toBe('one')
  })

  test('no secret yet, a constant stream of callers → about one request per second', async () => {
    const { store, password } = storeWith(new Error('down'))
    for (let tenth = 0; tenth < 300; tenth++) {
      password().catch(() => {})
      await later(100)
    }
    expect(store.questions.length).toBeGreaterThan(25)
    expect(store.questions.length).toBeLessThan(60)
  })

  test('one caller aborts → the others are unaffected', async () => {
    const { store, get, password } = storeWith(secret('one'))
    store.delayMs = 500
    const controller = new AbortController()
    const impatient = get({ signal: controller.signal })
    const patient = password()
    controller.abort(new Error('gone'))
    await expect(impatient).rejects.toThrow('gone')
    await later(500)
    expect([await patient, await password(), store.questions.length]).toEqual(['one', 'one', 1])
  })
})

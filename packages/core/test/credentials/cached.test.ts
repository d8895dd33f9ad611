import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { perServer } from '../../src/credentials/per-server.ts'
import { suspend } from '../time/clocks.ts'
import { later, MINUTE, secret, signal, storeWith } from './cached-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const inFuture = (ms: number) => new Date(Date.now() + ms)

describe('how long a secret is kept', () => {
  test('one question for all who ask at once, none for five minutes less the jitter', async () => {
    const { store, password } = storeWith(secret('one'))
    const all = await Promise.all(Array.from({ length: 100 }, () => password()))
    expect([new Set(all).size, store.questions.length]).toEqual([1, 1])
    await later(3.4 * MINUTE)
    await password()
    expect(store.questions.length).toBe(1)
  })

  test('then it is asked for in the background, and nobody waits for a store that takes its time', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 2000 })
    await later(4.6 * MINUTE)
    expect(await password()).toBe('one')
    await later(2000)
    expect([await password(), store.questions.length]).toEqual(['two', 2])
  })

  test('the processes of a fleet do not come together', async () => {
    const due = new Set<number>()
    for (let process = 0; process < 20; process++) {
      const { store, password } = storeWith(secret('one'))
      await password()
      let seconds = 0
      for (; store.questions.length === 1; seconds++) {
        await later(1000)
        await password()
      }
      due.add(seconds)
    }
    const times = [...due]
    expect(times.length).toBeGreaterThan(5)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(210)
    expect(Math.max(...times)).toBeLessThanOrEqual(271)
  })

  test('after a night without a question one waits a little for the new one', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 100 })
    await later(8 * 60 * MINUTE)
    const asked = password()
    await later(100)
    expect(await asked).toBe('two')
  })

  test('and no longer than that', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    store.answer = 'nothing'
    await later(8 * 60 * MINUTE)
    const asked = password()
    await later(250)
    expect(await asked).toBe('one')
  })

  test('an end of its own is respected: asked for before it, never used after it', async () => {
    const { store, password } = storeWith(secret('one', { expiresAt: inFuture(10 * MINUTE) }))
    await password()
    await later(6 * MINUTE)
    await password()
    expect(store.questions.length).toBe(1)
    store.answer = new Error('down')
    await later(3 * MINUTE)
    expect(await password()).toBe('one')
    await later(1.1 * MINUTE)
    const failing = expect(password()).rejects.toMatchObject({ code: 'CREDENTIALS_PROVIDER' })
    await later(1000)
    await failing
  })

  test('one that has expired by our clock is used for a second: it may be the clock', async () => {
    const { store, password } = storeWith(secret('one', { expiresAt: inFuture(-MINUTE) }))
    await Promise.all([password(), password()])
    expect([await password(), store.questions.length]).toEqual(['one', 1])
    await later(1001)
    await password()
    expect(store.questions.length).toBe(2)
  })

  test('a schedule is waited for, whatever the time to live is', async () => {
    const { store, password } = storeWith(secret('one', { refreshAt: inFuture(20 * MINUTE) }), { ttlMs: 1000 })
    await password()
    await later(20 * MINUTE - 1)
    await password()
    expect(store.questions.length).toBe(1)
    store.answer = secret('two')
    await later(1)
    expect(await password()).toBe('two')
  })

  test('a secret that is retired is used no more', async () => {
    const lease = new AbortController()
    const { store, password } = storeWith(secret('one', { retired: lease.signal }))
    await password()
    await later(60 * MINUTE)
    expect([await password(), store.questions.length]).toEqual(['one', 1])
    store.answer = secret('two')
    lease.abort()
    expect(await password()).toBe('two')
  })

  test.each([-24, 24])('a clock that is set by %i hours changes nothing', async (hours) => {
    const { store, password } = storeWith(secret('one', { expiresAt: inFuture(10 * MINUTE) }))
    await password()
    vi.setSystemTime(Date.now() + hours * 60 * MINUTE)
    expect([await password(), store.questions.length]).toEqual(['one', 1])
    await later(9.1 * MINUTE)
    await password()
    expect(store.questions.length).toBe(2)
  })
})

test('a machine that was suspended → a secret that has expired meanwhile is asked for again', async () => {
  const { store, password } = storeWith(secret('one', { expiresAt: inFuture(10 * MINUTE) }))
  await password()
  store.answer = secret('two', { expiresAt: inFuture(120 * MINUTE) })
  suspend(60 * MINUTE)
  expect([await password(), store.questions.length]).toEqual(['two', 2])
  vi.restoreAllMocks()
})

describe('a provider for each server', () => {
  const at = (host: string, user = 'app') => ({ signal, server: { host, port: 5432, user } })

  test('is asked for each server and user apart, and told which', async () => {
    const asked: string[] = []
    const get = cached(
      perServer(async ({ server }) => {
        asked.push(`${server?.user}@${server?.host}`)
        return { password: `for ${server?.user}@${server?.host}` }
      }),
    )
    for (const request of [at('one'), at('two'), at('one', 'other'), at('one')]) {
      expect((await get(request)).password).toBe(`for ${request.server.user}@${request.server.host}`)
    }
    expect(asked).toEqual(['app@one', 'app@two', 'other@one'])
  })

  test('any other provider is not told, as it is asked once for all', async () => {
    const { store, get } = storeWith(secret('one'))
    await Promise.all([get(at('one')), get(at('two'))])
    expect(store.questions.map(({ server }) => server)).toEqual([undefined])
  })
})

test('a cache in a cache is one cache', () => {
  const once = cached(async () => secret('one'))
  expect(cached(once)).toBe(once)
})

test('what is given cannot be changed by who gave it, nor by who has it', async () => {
  const given = { user: 'app', password: 'one', note: 'x' }
  const kept = await cached(async () => given)({ signal })
  given.password = 'two'
  expect(kept).toEqual({ user: 'app', password: 'one' })
  expect(Object.isFrozen(kept)).toBe(true)
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { perServer } from '../../src/credentials/per-server.ts'
import { suspend } from '../time/clocks.ts'
import { later, MINUTE, secret, signal, storeWith } from './cached-store.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const inFuture = (ms: number) => new Date(Date.now() + ms)

describe('cached', () => {
  test('simultaneous callers → one request, and no other for five minutes minus the jitter', async () => {
    const { store, password } = storeWith(secret('one'))
    const all = await Promise.all(Array.from({ length: 100 }, () => password()))
    expect([new Set(all).size, store.questions.length]).toEqual([1, 1])
    await later(3.4 * MINUTE)
    await password()
    expect(store.questions.length).toBe(1)
  })

  test('past its refresh time → refreshed in the background, without waiting for a slow store', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 2000 })
    await later(4.6 * MINUTE)
    expect(await password()).toBe('one')
    await later(2000)
    expect([await password(), store.questions.length]).toEqual(['two', 2])
  })

  test('many processes → their refreshes are spread', async () => {
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

  test('long after its refresh time → the caller waits briefly for the refresh', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 100 })
    await later(8 * 60 * MINUTE)
    const asked = password()
    await later(100)
    expect(await asked).toBe('two')
  })

  test('a slow refresh → the stale secret after staleWaitMs', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    store.answer = 'nothing'
    await later(8 * 60 * MINUTE)
    const asked = password()
    await later(250)
    expect(await asked).toBe('one')
  })

  test('a secret with an end → refreshed before it, not used after it', async () => {
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

  test('expired on arrival → used for a second, in case the clocks differ', async () => {
    const { store, password } = storeWith(secret('one', { expiresAt: inFuture(-MINUTE) }))
    await Promise.all([password(), password()])
    expect([await password(), store.questions.length]).toEqual(['one', 1])
    await later(1001)
    await password()
    expect(store.questions.length).toBe(2)
  })

  test('a rotation schedule → waited for, independent of the time to live', async () => {
    const { store, password } = storeWith(secret('one', { refreshAt: inFuture(20 * MINUTE) }), { ttlMs: 1000 })
    await password()
    await later(20 * MINUTE - 1)
    await password()
    expect(store.questions.length).toBe(1)
    store.answer = secret('two')
    await later(1)
    expect(await password()).toBe('two')
  })

  test('a retired secret → not used any more', async () => {
    const lease = new AbortController()
    const { store, password } = storeWith(secret('one', { retired: lease.signal }))
    await password()
    await later(60 * MINUTE)
    expect([await password(), store.questions.length]).toEqual(['one', 1])
    store.answer = secret('two')
    lease.abort()
    expect(await password()).toBe('two')
  })

  test.each([-24, 24])('the wall clock set by %i hours → no effect', async (hours) => {
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

describe('perServer', () => {
  const at = (host: string, user = 'app') => ({ signal, server: { host, port: 5432, user } })

  test('several servers and users → a request each, with server and user', async () => {
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

  test('another provider → no server in its request, as it has one for all', async () => {
    const { store, get } = storeWith(secret('one'))
    await Promise.all([get(at('one')), get(at('two'))])
    expect(store.questions.map(({ server }) => server)).toEqual([undefined])
  })
})

test('a cache in a cache → one cache', () => {
  const once = cached(async () => secret('one'))
  expect(cached(once)).toBe(once)
})

test('credentials changed by the provider or a caller → no effect on the cache', async () => {
  const given = { user: 'app', password: 'one', note: 'x' }
  const kept = await cached(async () => given)({ signal })
  given.password = 'two'
  expect(kept).toEqual({ user: 'app', password: 'one' })
  expect(Object.isFrozen(kept)).toBe(true)
})

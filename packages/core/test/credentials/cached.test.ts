import diagnostics from 'node:diagnostics_channel'
import { setMaxListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CacheSettings, cached } from '../../src/credentials/cached.ts'
import type { Credentials, CredentialsProvider, CredentialsRequest } from '../../src/credentials/credentials.ts'
import type { CredentialsEvent } from '../../src/credentials/events.ts'
import { perServer } from '../../src/credentials/per-server.ts'

const MINUTE = 60_000
const { signal } = new AbortController()
// In an application each connection has a signal of its own.
setMaxListeners(0, signal)
const events: CredentialsEvent[] = []
const keep = (event: unknown) => void events.push(event as CredentialsEvent)

beforeEach(() => {
  vi.useFakeTimers()
  events.length = 0
  diagnostics.subscribe('verifull:credentials', keep)
})
afterEach(() => {
  vi.useRealTimers()
  diagnostics.unsubscribe('verifull:credentials', keep)
})

type Answer = Credentials | Error | 'nothing'

/** A store whose answer can be changed, and a cache before it. */
function storeWith(answer: Answer, settings?: CacheSettings) {
  const store = { answer, questions: [] as CredentialsRequest[], delayMs: 0 }
  const provider: CredentialsProvider = async (request) => {
    store.questions.push(request)
    const { answer: given, delayMs } = store
    if (given === 'nothing') return new Promise(() => {})
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs))
    if (given instanceof Error) throw given
    return given
  }
  const get = cached(provider, settings)
  const password = async (rejected?: readonly Credentials[]) =>
    (await get({ signal, ...(rejected && { rejected }) })).password
  return { store, get, password }
}

const secret = (password: string, more: Partial<Credentials> = {}) => ({ user: 'app', password, ...more })
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms)
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

describe('a provider that fails', () => {
  test('for ten minutes costs nobody anything, is asked ever less often, and the age is told', async () => {
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
  ])('the last good secret stays where it %s', async (_what, answer) => {
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

  test('one that throws at once, before there is a promise', async () => {
    const broken = cached((() => {
      throw new TypeError('x')
    }) as CredentialsProvider)
    await expect(broken({ signal })).rejects.toMatchObject({
      code: 'CREDENTIALS_PROVIDER',
      message:
        'the credentials provider failed to give credentials (TypeError); its message is not shown, as it may quote the secret: log it there',
    })
  })

  test('one that never answers is given up, and asked again', async () => {
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

  test('where there is no secret yet, those who come all the time ask about once a second', async () => {
    const { store, password } = storeWith(new Error('down'))
    for (let tenth = 0; tenth < 300; tenth++) {
      password().catch(() => {})
      await later(100)
    }
    expect(store.questions.length).toBeGreaterThan(25)
    expect(store.questions.length).toBeLessThan(60)
  })

  test('who gives up leaves the others alone', async () => {
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

describe('a secret that the server refused', () => {
  test('is asked for anew at once, once for all, and the provider is told', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    Object.assign(store, { answer: secret('two'), delayMs: 50 })
    const asked = Promise.all(Array.from({ length: 20 }, () => password([secret('one')])))
    await later(50)
    expect(new Set(await asked)).toEqual(new Set(['two']))
    expect(store.questions.length).toBe(2)
    expect(store.questions[1]?.rejected).toEqual([secret('one')])
  })

  test('is given to nobody unasked, while the store can be asked', async () => {
    const { store, password } = storeWith(secret('one'))
    await password()
    store.answer = secret('two')
    await password([secret('one')])
    expect(await password()).toBe('two')
  })

  test('what is given in its place is for who was refused: a store that insists is heard by the others', async () => {
    const asked: CredentialsRequest[] = []
    const get = cached(async (request) => {
      asked.push(request)
      return request.rejected ? secret('pending') : secret('current')
    })
    const password = async (rejected?: Credentials[]) => (await get({ signal, ...(rejected && { rejected }) })).password
    expect(await password()).toBe('current')
    expect(await password([secret('current')])).toBe('pending')
    expect(await password()).toBe('current')
  })

  test('is known by its password where the provider names no user', async () => {
    const { store, password } = storeWith({ password: 'one' })
    await password()
    store.answer = { password: 'two' }
    expect(await password([secret('one')])).toBe('two')
  })

  test('does not matter where the secret is another by now', async () => {
    const { store, password } = storeWith(secret('two'))
    await password()
    expect(await password([secret('one')])).toBe('two')
    expect(store.questions.length).toBe(1)
  })
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

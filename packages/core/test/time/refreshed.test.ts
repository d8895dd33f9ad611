import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Life, Refreshed, type RefreshPlan } from '../../src/time/refreshed.ts'
import { suspend } from './clocks.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const never = new AbortController().signal
const LIFE: Life = { endsInMs: 10_000, refreshInMs: 5000 }

/** A counting loader whose loads take `takesMs` and fail while `fails`. */
function counting(plan: Partial<RefreshPlan<number>> = {}) {
  const loader = { loads: 0, takesMs: 0, fails: false, ended: false, stale: [] as number[] }
  const refreshed = new Refreshed<number>({
    async load() {
      const number = ++loader.loads
      const { takesMs, fails } = loader
      if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs))
      if (fails) throw new Error(`load ${number} failed`)
      return number
    },
    lifeOf: () => LIFE,
    hasEnded: () => loader.ended,
    timeoutMs: 1000,
    late: (timeoutMs) => new Error(`not within ${timeoutMs} ms`),
    onStale: (value) => loader.stale.push(value),
    ...plan,
  })
  return { loader, refreshed, get: () => refreshed.get(never) }
}

describe('Refreshed', () => {
  test('a hundred callers at once → one load', async () => {
    const { loader, get } = counting()
    loader.takesMs = 100
    const values = Promise.all(Array.from({ length: 100 }, get))
    await vi.advanceTimersByTimeAsync(100)
    expect(new Set(await values)).toEqual(new Set([1]))
    expect(loader.loads).toBe(1)
  })

  test('a part of its time has passed → the value at once, and a load in the background', async () => {
    const { loader, get } = counting()
    await get()
    await vi.advanceTimersByTimeAsync(3999)
    expect([await get(), loader.loads]).toEqual([1, 1])
    await vi.advanceTimersByTimeAsync(1)
    expect([await get(), loader.loads]).toEqual([1, 2])
    await vi.advanceTimersByTimeAsync(0)
    expect(await get()).toBe(2)
  })

  test('an exact schedule → no load before its time', async () => {
    const { loader, get } = counting({ lifeOf: () => ({ ...LIFE, exact: true }) })
    await get()
    await vi.advanceTimersByTimeAsync(4999)
    await get()
    expect(loader.loads).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await get()
    expect(loader.loads).toBe(2)
  })

  test('a refresh that is overdue and slow → a wait of staleWaitMs, then the stale value', async () => {
    const { loader, get } = counting({ staleWaitMs: 250 })
    await get()
    await vi.advanceTimersByTimeAsync(5000)
    loader.takesMs = 800
    const value = get()
    await vi.advanceTimersByTimeAsync(249)
    expect(loader.stale).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect([await value, loader.stale]).toEqual([1, [1]])
    await vi.advanceTimersByTimeAsync(600)
    expect(await get()).toBe(2)
  })

  test.each([
    ['its time', async () => void (await vi.advanceTimersByTimeAsync(10_000))],
    ['a suspended machine', async () => suspend(60_000)],
  ])('the end of a value by %s → a new one, or the error of the load', async (_, pass) => {
    const { loader, get } = counting()
    await get()
    await pass()
    expect(await get()).toBe(2)
    await pass()
    loader.fails = true
    await expect(get()).rejects.toThrow('load 3 failed')
  })

  test('a value that ended by another sign → a new one', async () => {
    const { loader, get } = counting()
    await get()
    loader.ended = true
    const next = get()
    await vi.advanceTimersByTimeAsync(0)
    expect(await next).toBe(2)
  })

  test('the wall clock set forward → nothing', async () => {
    const { loader, get } = counting()
    await get()
    vi.setSystemTime(Date.now() + 1e9)
    expect([await get(), loader.loads]).toEqual([1, 1])
  })

  test('failing refreshes → the good value stays, the pauses grow, and a success ends them', async () => {
    const { loader, get } = counting()
    await get()
    loader.fails = true
    await vi.advanceTimersByTimeAsync(4000)
    for (let step = 0; step < 40; step++) {
      expect(await get()).toBe(1)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(loader.loads).toBeLessThan(8)
    loader.fails = false
    await vi.advanceTimersByTimeAsync(1900)
    expect(await get()).toBe(1)
    await vi.advanceTimersByTimeAsync(0)
    expect(await get()).toBe(loader.loads)
  })

  test('no value and a load that failed → the next load waits a second at most', async () => {
    const { loader, get } = counting({ timeoutMs: 8000 })
    loader.fails = true
    for (let times = 0; times < 8; times++) {
      const failed = get().catch((error: Error) => error.message)
      await vi.advanceTimersByTimeAsync(1000)
      expect(await failed).toBe(`load ${times + 1} failed`)
    }
    loader.fails = false
    const value = get()
    await vi.advanceTimersByTimeAsync(1000)
    expect(await value).toBe(9)
  })

  test('a load that takes too long → the error of the limit; the signal aborts', async () => {
    const aborted: unknown[] = []
    const { get } = counting({
      load: (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => aborted.push(signal.reason) && reject(signal.reason))
        }),
    })
    const failed = get().catch((error: Error) => error.message)
    await vi.advanceTimersByTimeAsync(1000)
    await vi.runAllTimersAsync()
    expect(await failed).toBe('not within 1000 ms')
    expect(aborted).toHaveLength(1)
  })

  test('a caller that gives up → its reason, and the value for the next', async () => {
    const { loader, refreshed, get } = counting()
    loader.takesMs = 500
    const impatient = new AbortController()
    const failed = refreshed.get(impatient.signal).catch((reason: unknown) => reason)
    impatient.abort('enough')
    expect(await failed).toBe('enough')
    await vi.advanceTimersByTimeAsync(500)
    expect([await get(), loader.loads]).toEqual([1, 1])
  })

  test('outdated → a refresh with the next request', async () => {
    const { refreshed, get } = counting()
    await get()
    refreshed.outdate()
    expect(await get()).toBe(1)
    await vi.advanceTimersByTimeAsync(0)
    expect(await get()).toBe(2)
  })

  test('a value loaded apart → not kept, but its failure pauses the refresh', async () => {
    const { loader, refreshed, get } = counting()
    await get()
    expect(await refreshed.loadApart(async () => 99, 1000)).toBe(99)
    expect(await get()).toBe(1)
    await expect(refreshed.loadApart(() => Promise.reject(new Error('none')), 1000)).rejects.toThrow('none')
    refreshed.outdate()
    await get()
    expect(loader.loads).toBe(1)
  })
})

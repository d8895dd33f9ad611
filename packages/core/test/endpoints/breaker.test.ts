import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Breaker } from '../../src/endpoints/breaker.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const breaker = (onWider = () => {}) => new Breaker(onWider)
/** A breaker that has failed this often, each time after the pause. */
function failed(times: number): Breaker {
  const one = breaker()
  for (let i = 0; i < times; i++) {
    one.enter().failed()
    if (i < times - 1) vi.advanceTimersByTime(one.waitMs)
  }
  return one
}

describe('breaker', () => {
  test('breaker: no failure → closed, any number of connections', () => {
    const one = breaker()
    for (let i = 0; i < 1000; i++) one.enter()
    expect([one.status, one.waitMs]).toEqual(['closed', 0])
  })

  test('breaker: a failure → open for a pause, then half-open for one connection', () => {
    const one = failed(1)
    expect(one.status).toBe('open')
    expect(one.waitMs).toBeGreaterThanOrEqual(12.5)
    expect(one.waitMs).toBeLessThanOrEqual(50)
    vi.advanceTimersByTime(50)
    expect([one.status, one.waitMs]).toEqual(['half-open', 0])
    one.enter()
    expect(one.waitMs).toBe(1000)
  })

  test('breaker: a probe that hangs for a second → another', () => {
    const one = failed(1)
    vi.advanceTimersByTime(50)
    one.enter()
    vi.advanceTimersByTime(1000)
    expect(one.waitMs).toBe(0)
  })

  test('breaker: a probe that is given up → the next at once', () => {
    const one = failed(1)
    vi.advanceTimersByTime(50)
    one.enter().abandoned()
    expect([one.status, one.waitMs]).toEqual(['half-open', 0])
  })

  test('breaker: successes after a failure → two connections, then four, up to any number; each is announced', () => {
    const onWider = vi.fn()
    const one = breaker(onWider)
    one.enter().failed()
    vi.advanceTimersByTime(50)
    const widths: number[] = []
    for (let i = 0; i < 6; i++) {
      one.enter().succeeded()
      const permits = []
      while (one.waitMs === 0 && permits.length < 100) permits.push(one.enter())
      for (const permit of permits) permit.abandoned()
      widths.push(permits.length)
    }
    expect(widths).toEqual([2, 4, 8, 16, 32, 100])
    expect(one.status).toBe('closed')
    expect(onWider).toHaveBeenCalled()
  })

  test('breaker: many connections fail together → one failure, not many', () => {
    const one = breaker()
    const permits = Array.from({ length: 50 }, () => one.enter())
    for (const permit of permits) permit.failed()
    expect(one.waitMs).toBeLessThanOrEqual(50)
  })

  test('breaker: a success of a connection from before the failure → still open', () => {
    const one = breaker()
    const early = one.enter()
    one.enter().failed()
    early.succeeded()
    expect(one.status).toBe('open')
  })

  test.each([
    [1, 50],
    [2, 100],
    [4, 400],
    [5, 500],
    [50, 500],
  ])('breaker: %i failures in a row → a pause of %i ms at most', (times, most) => {
    const { waitMs } = failed(times)
    expect(waitMs).toBeLessThanOrEqual(most)
    expect(waitMs).toBeGreaterThanOrEqual(most / 4)
  })

  test('breaker: any order of results and pauses → never a negative wait, and one probe at most while half-open', () => {
    const step = fc.constantFrom('enter', 'succeeded', 'failed', 'abandoned', 'pause')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const one = breaker()
        const open: ReturnType<Breaker['enter']>[] = []
        for (const what of steps) {
          if (what === 'pause') vi.advanceTimersByTime(100)
          else if (what === 'enter') {
            if (one.waitMs === 0) {
              const isProbe = one.status === 'half-open'
              open.push(one.enter())
              if (isProbe) expect(one.waitMs).toBeGreaterThan(0)
            }
          } else open.shift()?.[what]()
          expect(one.waitMs).toBeGreaterThanOrEqual(0)
          expect(one.waitMs).toBeLessThanOrEqual(1000)
        }
      }),
    )
  })
})

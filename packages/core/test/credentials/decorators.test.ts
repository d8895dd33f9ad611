import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { chained } from '../../src/credentials/chained.ts'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { isPerServer, perServer } from '../../src/credentials/per-server.ts'
import { retried } from '../../src/credentials/retried.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { backoffMs } from '../../src/time/backoff.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const { signal } = new AbortController()
const good = { user: 'app', password: 'one' }
const unavailable = new CredentialsError('CREDENTIALS_UNAVAILABLE', 'the store is down', true)
const denied = new CredentialsError('CREDENTIALS_DENIED', 'the store does not let us', false)
const failing = (error: unknown) => async () => Promise.reject(error)

test('back-off: pauses → grow to thirty seconds, with jitter, never 0', () => {
  for (const [failures, most] of [
    [1, 250],
    [2, 500],
    [5, 4000],
    [8, 30_000],
    [5000, 30_000],
  ] as const) {
    const pauses = Array.from({ length: 100 }, () => backoffMs(failures))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(most / 4)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(most)
    expect(new Set(pauses).size).toBeGreaterThan(50)
  }
})

describe('retried', () => {
  test('failures, then a response → the response', async () => {
    let asked = 0
    const provider = retried(async () => (++asked < 4 ? Promise.reject(unavailable) : good))
    const given = provider({ signal })
    await vi.advanceTimersByTimeAsync(250 + 500 + 1000)
    expect([await given, asked]).toEqual([good, 4])
  })

  test('retryable false → one request', async () => {
    const provider = vi.fn(failing(denied))
    await expect(retried(provider)({ signal })).rejects.toBe(denied)
    expect(provider).toHaveBeenCalledTimes(1)
  })

  test('failures until the timeout → the last failure, not the abort', async () => {
    const over = new AbortController()
    let asked = 0
    const provider = retried(async (request) => {
      if (++asked === 1) throw unavailable
      return await new Promise((_resolve, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      )
    })
    const caught = expect(provider({ signal: over.signal })).rejects.toBe(unavailable)
    await vi.advanceTimersByTimeAsync(300)
    over.abort(new Error('over'))
    await caught
    expect(asked).toBe(2)
  })

  test('settled → no timer is left', async () => {
    const over = new AbortController()
    const caught = expect(retried(failing(unavailable))({ signal: over.signal })).rejects.toBe(unavailable)
    await vi.advanceTimersByTimeAsync(0)
    over.abort()
    await caught
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('chained', () => {
  test('the first success → its result, without further requests', async () => {
    const last = vi.fn(async () => good)
    expect(await chained(failing(denied), async () => ({ password: 'two' }), last)({ signal })).toEqual({
      password: 'two',
    })
    expect(last).not.toHaveBeenCalled()
  })

  test('a provider that hangs → limited to its share of the time', async () => {
    const given = chained(
      () => new Promise(() => {}),
      retried(failing(unavailable)),
      async () => good,
    )({ signal })
    await vi.advanceTimersByTimeAsync(6000)
    expect(await given).toEqual(good)
  })

  test('all fail → the first error, retryable if any is', async () => {
    await expect(chained(failing(denied), failing(unavailable))({ signal })).rejects.toMatchObject({
      code: 'CREDENTIALS_DENIED',
      message: 'the store does not let us',
      retryable: true,
      cause: { errors: [unavailable] },
    })
    await expect(chained(failing(denied))({ signal })).rejects.toBe(denied)
  })

  test('the signal aborts → ends', async () => {
    const over = new AbortController()
    const next = vi.fn(async () => good)
    const caught = expect(chained(() => new Promise(() => {}), next)({ signal: over.signal })).rejects.toThrow('over')
    over.abort(new Error('over'))
    await caught
    expect(next).not.toHaveBeenCalled()
  })
})

test('decorators of a perServer provider → perServer too', () => {
  const one: CredentialsProvider = perServer(async () => good)
  expect([retried(one), chained(async () => good, one)].map(isPerServer)).toEqual([true, true])
  expect([retried(async () => good), chained(async () => good)].map(isPerServer)).toEqual([false, false])
})

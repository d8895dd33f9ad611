import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { abortable, withDeadline } from '../../src/time/deadline.ts'

const LATE = new Error('too late')
const late = () => LATE

/** Work that ends only when its signal aborts. */
const untilAborted = (signal: AbortSignal) => abortable(new Promise<never>(() => {}), signal)

describe('withDeadline', () => {
  test('the work resolves → its value; no timer or listener is left', async () => {
    const { signal } = new AbortController()
    const before = timers()
    await expect(withDeadline(60_000, late, signal, async () => 'done')).resolves.toBe('done')
    expect(timers()).toBe(before)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('the work rejects → its error; no timer or listener is left', async () => {
    const { signal } = new AbortController()
    const before = timers()
    const failure = new Error('failed')
    await expect(withDeadline(60_000, late, signal, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(timers()).toBe(before)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('the time is up → aborted with the reason', async () => {
    await expect(withDeadline(5, late, undefined, untilAborted)).rejects.toBe(LATE)
  })

  test.each([new Error('enough'), 'a text', 0, null])(
    'the parent aborts with %s → aborted with that reason',
    async (reason) => {
      const parent = new AbortController()
      const working = withDeadline(60_000, late, parent.signal, untilAborted)
      parent.abort(reason)
      await expect(working).rejects.toBe(reason)
      expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0)
    },
  )

  test('the parent has aborted → the work does not start', async () => {
    let begun = false
    const working = withDeadline(60_000, late, AbortSignal.abort(LATE), async () => {
      begun = true
    })
    await expect(working).rejects.toBe(LATE)
    expect(begun).toBe(false)
  })

  test.each([0, 3_000_000_000, Number.MAX_SAFE_INTEGER])('%i milliseconds → not late at once', async (limit) => {
    const working = withDeadline(limit, late, undefined, async (signal) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return signal.aborted
    })
    await expect(working).resolves.toBe(false)
  })
})

describe('abortable', () => {
  test('the promise settles → the same; no listener is left', async () => {
    const { signal } = new AbortController()
    await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1)
    await expect(abortable(Promise.reject(LATE), signal)).rejects.toBe(LATE)
    await Promise.resolve()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('the signal has aborted → rejects at once', async () => {
    await expect(abortable(new Promise(() => {}), AbortSignal.abort(LATE))).rejects.toBe(LATE)
  })

  test('the promise rejects after the abort → no unhandled rejection', async () => {
    const controller = new AbortController()
    const failing = new Promise((_resolve, reject) => setTimeout(reject, 5, new Error('afterwards')))
    const waiting = abortable(failing, controller.signal)
    controller.abort(LATE)
    await expect(waiting).rejects.toBe(LATE)
    await new Promise((resolve) => setTimeout(resolve, 10)) // an unhandled rejection would end the test run
  })
})

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

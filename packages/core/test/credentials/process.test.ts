import { expect, test } from 'vitest'
import { cached } from '../../src/credentials/cached.ts'
import { retried } from '../../src/credentials/retried.ts'

const { signal } = new AbortController()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Number of timers that keep the process alive. */
async function timers(): Promise<number> {
  // The timer that has just fired is still counted.
  await new Promise(setImmediate)
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

test.each<[string, () => Promise<never>]>([
  ['fails, and is asked again and again', () => Promise.reject(new Error('down'))],
  ['hangs', () => new Promise(() => {})],
])('background request that %s → keeps no process alive', async (_what, fails) => {
  let asked = 0
  const get = cached(
    retried(async () => (asked++ === 0 ? { password: 'one' } : await fails())),
    { ttlMs: 20 },
  )
  await get({ signal })
  await pause(30)
  expect((await get({ signal })).password).toBe('one')
  await expect.poll(() => asked, { timeout: 5000 }).toBeGreaterThan(1)
  expect(await timers()).toBe(0)
  await pause(50)
  expect(await timers()).toBe(0)
})

test('a caller that waits for the response → has it', async () => {
  const controller = new AbortController()
  const before = await timers()
  const waiting = retried(() => Promise.reject(new Error('down')))({ signal: controller.signal })
  const caught = expect(waiting).rejects.toThrow('down')
  expect(await timers()).toBe(before + 1)
  controller.abort()
  await caught
  expect(await timers()).toBe(before)
})

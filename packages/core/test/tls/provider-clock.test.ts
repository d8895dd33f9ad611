import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TlsProvider } from '../../src/credentials/tls-provider.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { tlsOf } from '../profile/doors.ts'
import { CLOCK_CHANGES, suspend } from '../time/clocks.ts'

const { root } = await createHierarchy()
const HOUR = 3_600_000
const { signal } = new AbortController()

beforeEach(() => void vi.useFakeTimers({ now: Date.now() }))
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Material with an end. */
function material(expiresInMs?: number) {
  let asked = 0
  const tls: TlsProvider = async () => {
    asked++
    const end = expiresInMs === undefined ? {} : { expiresAt: new Date(Date.now() + expiresInMs) }
    return { sslrootcert: root.certificate, ...end }
  }
  const settings = { host: 'db.example', user: 'app', environment: { NODE_ENV: 'production' }, tls }
  const { profile } = resolveProfile({ settings })
  return { ready: async () => tlsOf(profile)?.ready(signal), asked: () => asked }
}

test.each(CLOCK_CHANGES)(
  '$what → the provider is asked again within five minutes of its last answer',
  async ({ change }) => {
    const { ready, asked } = material()
    await ready()
    change(10 * HOUR)
    const before = asked()
    await vi.advanceTimersByTimeAsync(300_000)
    await ready()
    await vi.advanceTimersByTimeAsync(0)
    expect(asked()).toBe(before + 1)
  },
)

test('the wall clock is set back → material is not used beyond the time that it was given', async () => {
  const { ready, asked } = material(HOUR)
  await ready()
  vi.setSystemTime(Date.now() - 24 * HOUR)
  await vi.advanceTimersByTimeAsync(HOUR)
  await ready()
  expect(asked()).toBe(2)
})

test('the machine is suspended → material that ended meanwhile is replaced first', async () => {
  const { ready, asked } = material(HOUR)
  await ready()
  suspend(2 * HOUR)
  await ready()
  expect(asked()).toBe(2)
})

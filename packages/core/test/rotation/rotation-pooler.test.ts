import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ServerError } from '../../src/errors/server-error.ts'
import { codes, many } from './settled.ts'
import { World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const MESSAGE = '(EWRONGPASSWORD) password authentication failed for user "app"'
/** PostgreSQL's rejection without the routine. */
const ofPooler = () => new ServerError(MESSAGE, '28P01', { severity: 'FATAL' }, 60)

/** A pooler like Supavisor: it rejects a new password for two seconds after the first try, and counts failures. */
function pooler() {
  const state = { wants: 'old', freshAt: 0, failures: [] as { password: string; at: number }[] }
  const accepts = (password: string) => {
    const now = performance.now()
    if (password === state.wants && state.freshAt === 0) state.freshAt = now + 2000
    const isIn = password === state.wants && (state.wants === 'old' || now >= state.freshAt)
    if (!isIn) state.failures.push({ password, at: now })
    return isIn
  }
  return { state, accepts }
}

describe('rotation behind a pooler', () => {
  test('the new password rejected once by design → retried after two seconds, and every connection is admitted', async () => {
    const { state, accepts } = pooler()
    const world = new World(() => 'old', accepts)
    world.refusal = ofPooler
    await many(world, 5)
    state.wants = 'new'
    state.freshAt = 0
    world.gives = () => 'new'
    const began = performance.now()
    let last = 0
    const connecting = Array.from({ length: 40 }, () => world.connect().then(() => (last = performance.now())))
    await vi.advanceTimersByTimeAsync(10_000)
    await Promise.all(connecting)
    expect(last - began).toBeLessThan(4000)
    // The first three probe together; the others wait, and one of them is admitted.
    const ofNew = state.failures.filter(({ password }) => password === 'new')
    expect(ofNew.length).toBeLessThanOrEqual(3)
    expect(ofNew.every(({ at }) => at - began < 100)).toBe(true)
    expect(state.failures.length).toBeLessThan(10)
  })

  test('a wrong password → one login in two seconds', async () => {
    const { state, accepts } = pooler()
    const world = new World(() => 'wrong', accepts)
    world.refusal = ofPooler
    // The first three are rejected.
    expect(codes(await many(world, 50))).toEqual(new Set(['28P01']))
    expect(state.failures.length).toBeLessThanOrEqual(4)
    const times = state.failures.map(({ at }) => at)
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2000)
  })

  test('an accepted password, then rejected → not retried during the search for a replacement', async () => {
    const { state, accepts } = pooler()
    const world = new World(() => 'old', accepts)
    world.refusal = ofPooler
    await many(world, 5)
    state.wants = 'another'
    const outcomes = await many(world, 50)
    expect(codes(outcomes)).toEqual(new Set(['28P01']))
    // Connections under way, and one in each later round.
    expect(state.failures.length).toBeLessThanOrEqual(50 + 4)
    const { length } = state.failures
    await many(world, 50)
    expect(state.failures.length - length).toBeLessThanOrEqual(6)
  })

  test('known as a pooler → few logins at a time', async () => {
    const { state, accepts } = pooler()
    const world = new World(() => 'old', accepts, { pause: () => new Promise((resolve) => setTimeout(resolve, 20)) })
    world.refusal = ofPooler
    await many(world, 5)
    state.wants = 'new'
    world.gives = () => 'new'
    await many(world, 20)
    const { length } = state.failures
    state.wants = 'newer'
    state.freshAt = 0
    world.gives = () => 'newer'
    world.current.refresh(new AbortController().signal)
    expect(codes(await many(world, 50))).toEqual(new Set(['in']))
    expect(state.failures.length - length).toBeLessThan(10)
  })

  test('a new secret from the store → tested at once', async () => {
    const world = new World(
      () => 'old',
      (password) => password === 'old',
    )
    world.refusal = ofPooler
    await many(world, 5)
    world.accepts = (password) => password === 'new'
    const began = performance.now()
    world.gives = () => (performance.now() - began >= 600 ? 'new' : 'old')
    let isIn = 0
    for (let count = 0; count < 20; count++) world.connect().then(() => isIn++)
    await vi.advanceTimersByTimeAsync(700)
    expect(isIn).toBe(20)
  })
})

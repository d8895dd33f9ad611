import { vi } from 'vitest'
import type { World } from './world.ts'

/** Advances the fake timers until all have settled. */
export async function settled<T>(...running: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const all = Promise.allSettled(running)
  await vi.advanceTimersByTimeAsync(60_000)
  return await all
}

/** Opens that many connections at once. */
export const many = (world: World, count: number) => settled(...Array.from({ length: count }, () => world.connect()))

/** Error codes of the rejected ones, and `in` if any were admitted. */
export const codes = (outcomes: PromiseSettledResult<unknown>[]) =>
  new Set(outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'in')))

import { vi } from 'vitest'
import type { World } from './world.ts'

/** Lets time pass until all have settled; wants fake timers. */
export async function settled<T>(...running: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const all = Promise.allSettled(running)
  await vi.advanceTimersByTimeAsync(60_000)
  return await all
}

/** Makes that many connections at once. */
export const many = (world: World, count: number) => settled(...Array.from({ length: count }, () => world.connect()))

/** The codes of those who were refused, and `in` where some were let in. */
export const codes = (outcomes: PromiseSettledResult<unknown>[]) =>
  new Set(outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'in')))

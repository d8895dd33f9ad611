import { setTimeout as pause } from 'node:timers/promises'

/**
 * Gives what the work gives, or the error it ends with.
 *
 * @throws Error where a timer of this process for `ms` milliseconds fires first. Under load both are late alike.
 */
export async function outcomeWithin<T>(ms: number, work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  const ended = new AbortController()
  const settled = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  try {
    return await Promise.race([
      settled,
      pause(ms, undefined, ended).then((): never => {
        throw new Error(`nothing came of it within ${ms} ms`)
      }),
    ])
  } finally {
    ended.abort()
  }
}

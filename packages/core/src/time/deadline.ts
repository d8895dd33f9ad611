/**
 * Runs `work` with a signal that aborts with `reason()` after `milliseconds`, or when a `parent` aborts, whichever is
 * first. Zero sets no limit.
 *
 * The timer keeps no process alive longer than the work does.
 */
export async function withDeadline<T>(
  milliseconds: number,
  reason: () => Error,
  parent: AbortSignal | readonly AbortSignal[] | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const parents = [parent ?? []].flat()
  for (const one of parents) one.throwIfAborted()
  const controller = new AbortController()
  const limit = Math.min(milliseconds, LONGEST_TIMER_MS)
  const timer = limit > 0 ? setTimeout(() => controller.abort(reason()), limit) : undefined
  const follow = () => controller.abort(parents.find(({ aborted }) => aborted)?.reason)
  for (const one of parents) one.addEventListener('abort', follow, { once: true })
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    for (const one of parents) one.removeEventListener('abort', follow)
  }
}

/** Settles as `promise` does, or rejects with the signal's reason when it aborts first. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/**
 * Runs `work` with a signal that aborts after `milliseconds`, and then rejects with `late()`. If the work rejects in
 * the same tick, its error wins. When `parent` aborts, it rejects at once with the reason.
 *
 * The timer keeps no process alive.
 */
export function withTimeout<T>(
  timeoutMs: number,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController()
    const follow = () => {
      controller.abort(parent?.reason)
      reject(parent?.reason)
    }
    parent?.addEventListener('abort', follow, { once: true })
    const timer = setTimeout(() => {
      const error = late()
      controller.abort(error)
      setImmediate(reject, error)
    }, timeoutMs)
    timer.unref()
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
        parent?.removeEventListener('abort', follow)
      })
  })
}

/** Longest delay of a Node timer, in milliseconds; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

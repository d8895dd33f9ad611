/**
 * Runs `work` with a signal that aborts after `milliseconds`, or when `parent` aborts, whichever is first.
 *
 * The timer keeps no process alive longer than the work does. Zero means no limit of its own.
 */
export async function withDeadline<T>(
  milliseconds: number,
  reason: () => Error,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent?.throwIfAborted()
  const controller = new AbortController()
  const limit = Math.min(milliseconds, LONGEST_TIMER_MS)
  const timer = limit > 0 ? setTimeout(() => controller.abort(reason()), limit) : undefined
  const follow = () => controller.abort(parent?.reason)
  parent?.addEventListener('abort', follow, { once: true })
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    parent?.removeEventListener('abort', follow)
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
 * Gives what `work` gives, or the error of `late` once the time is over; the work's signal aborts with it. Work that says
 * by itself why it ended is heard first.
 *
 * The timer keeps no process alive.
 */
export function withTimeout<T>(
  timeoutMs: number,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController()
    const timer = setTimeout(() => {
      const error = late()
      controller.abort(error)
      setImmediate(reject, error)
    }, timeoutMs)
    timer.unref()
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}

/** The longest that a timer of Node runs, in milliseconds; what is longer would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

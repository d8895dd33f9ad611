import { LONGEST_TIMER_MS } from './longest-timer.ts'

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

/**
 * Gives what `work` gives, or the error of `late` once the time is over; the work's signal aborts with it. Work that says
 * by itself why it ended is heard first.
 *
 * The timer keeps no process alive.
 */
export function inTime<T>(timeoutMs: number, late: () => Error, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
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

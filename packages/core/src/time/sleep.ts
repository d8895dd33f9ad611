const background = new WeakSet<AbortSignal>()

/** Marks a signal of background work: timers that wait on it are unref'd and keep no process alive. */
export function unrefTimersOf(signal: AbortSignal): void {
  background.add(signal)
}

/** Resolves after `milliseconds`, or rejects with the signal's reason. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (background.has(signal)) timer.unref()
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}

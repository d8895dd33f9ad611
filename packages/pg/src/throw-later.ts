/** Makes what a callback of the application has thrown an uncaught exception, and lets the caller go on. */
export function throwLater(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown
  })
}

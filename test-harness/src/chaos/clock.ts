const { Date: Original } = globalThis

/**
 * Sets the clock of this process, for all code that reads `Date`; 0 sets it back. Timers and `performance.now()` go on
 * evenly, as they do where an operator sets the clock of a machine. OpenSSL keeps the machine's.
 */
export function shiftClock(ms: number): void {
  if (ms === 0) {
    globalThis.Date = Original
    return
  }
  globalThis.Date = new Proxy(Original, {
    construct: (target, args, made) =>
      Reflect.construct(target, args.length === 0 ? [Original.now() + ms] : args, made),
    apply: () => new Original(Original.now() + ms).toString(),
    get: (target, name) => (name === 'now' ? () => Original.now() + ms : Reflect.get(target, name)),
  })
}

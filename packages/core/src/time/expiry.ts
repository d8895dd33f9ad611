import os from 'node:os'

/** Resolution of the uptime clock, in milliseconds: some systems count whole seconds. */
const COARSE_MS = 1000

/**
 * A time in the future, counted by two clocks that are never set: `performance.now()`, and the machine's uptime, which
 * goes on while a laptop is suspended. It has come when the first of them says so.
 *
 * `Date` is used only to convert an end that a server or a store gave into one of these.
 */
export class Expiry {
  readonly #at: number
  readonly #atUptime: number

  constructor(milliseconds: number) {
    this.#at = performance.now() + milliseconds
    this.#atUptime = uptimeMs() + milliseconds + COARSE_MS
  }

  /** Time left in milliseconds; negative after the end. */
  get leftMs(): number {
    return Math.min(this.#at - performance.now(), this.#atUptime - uptimeMs())
  }

  get hasCome(): boolean {
    return this.leftMs <= 0
  }
}

function uptimeMs(): number {
  try {
    return os.uptime() * 1000
  } catch {
    // Without an uptime clock, performance.now() alone decides.
    return 0
  }
}

import os from 'node:os'

/** The uptime of some systems is counted in whole seconds. */
const COARSE_MS = 1000

/**
 * An end in so many milliseconds, by clocks that nobody sets: `performance.now()`, and the machine's uptime, which goes on
 * while a laptop is suspended. It has come when the first of them says so.
 *
 * `Date` is only for an end that somebody else gave, which is made one of these at once.
 */
export class Expiry {
  readonly #at: number
  readonly #atUptime: number

  constructor(milliseconds: number) {
    this.#at = performance.now() + milliseconds
    this.#atUptime = uptimeMs() + milliseconds + COARSE_MS
  }

  /** How long it is until then, in milliseconds; negative after it. */
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
    // Where the system does not tell, the other clock is all there is.
    return 0
  }
}

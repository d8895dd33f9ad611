import { Expiry } from '../time/expiry.ts'
import type { Credentials } from './credentials.ts'

/** A schedule that is late must not make every connection ask. */
const LEAST_LIFE_MS = 1000

/** A secret with the times at which it is asked for again. */
export class Kept {
  readonly #credentials: Credentials
  readonly #fetchedAt = performance.now()
  readonly #end: Expiry
  #due: Expiry
  #stale: Expiry

  constructor(credentials: Credentials, ttlMs: number) {
    const { expiresAt, refreshAt, retired } = credentials
    this.#credentials = credentials
    const left = expiresAt && lifeUntil(expiresAt)
    const expected = refreshAt && lifeUntil(refreshAt)
    const life = expected ?? (left !== undefined ? left * 0.9 : retired ? Infinity : ttlMs)
    // Before a schedule's time there is nothing new.
    const share = expected === undefined ? 0.7 + 0.2 * Math.random() : 1
    this.#end = new Expiry(left ?? Infinity)
    this.#due = new Expiry(life * share)
    this.#stale = new Expiry(life)
  }

  get credentials(): Credentials {
    return this.#credentials
  }

  get ageMs(): number {
    return performance.now() - this.#fetchedAt
  }

  /** From then on it is asked for in the background. */
  get isDue(): boolean {
    return this.#due.hasCome
  }

  /** From then on one waits a little for a new one. */
  get isStale(): boolean {
    return this.#stale.hasCome
  }

  /** True for a secret that lets nobody in any more. */
  get isOver(): boolean {
    return this.#credentials.retired?.aborted === true || this.#end.hasCome
  }

  /** A server has refused it: whoever asks next is to have a new one, if there is any. */
  outdate(): void {
    this.#due = this.#stale = new Expiry(0)
  }
}

function lifeUntil(date: Date): number {
  return Math.max(LEAST_LIFE_MS, date.getTime() - Date.now())
}

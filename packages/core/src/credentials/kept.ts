import type { Credentials } from './credentials.ts'

/** A schedule that is late must not make every connection ask. */
const LEAST_LIFE_MS = 1000

/** A secret with the times at which it is asked for again; they follow no clock that somebody may set. */
export class Kept {
  readonly #credentials: Credentials
  readonly fetchedAt = performance.now()
  readonly #endsAt: number
  #dueAt: number
  #staleAt: number

  constructor(credentials: Credentials, ttlMs: number) {
    const { expiresAt, refreshAt, retired } = credentials
    this.#credentials = credentials
    const left = expiresAt && lifeUntil(expiresAt)
    const expected = refreshAt && lifeUntil(refreshAt)
    const life = expected ?? (left !== undefined ? left * 0.9 : retired ? Infinity : ttlMs)
    // Before a schedule's time there is nothing new.
    const share = expected === undefined ? 0.7 + 0.2 * Math.random() : 1
    this.#endsAt = this.fetchedAt + (left ?? Infinity)
    this.#dueAt = this.fetchedAt + life * share
    this.#staleAt = this.fetchedAt + life
  }

  get credentials(): Credentials {
    return this.#credentials
  }

  /** From here on it is asked for in the background. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** From here on one waits a little for a new one. */
  get staleAt(): number {
    return this.#staleAt
  }

  /** True for a secret that lets nobody in any more. */
  isOver(now: number): boolean {
    return this.#credentials.retired?.aborted === true || now >= this.#endsAt
  }

  /** A server has refused it: whoever asks next is to have a new one, if there is any. */
  outdate(): void {
    this.#dueAt = this.#staleAt = 0
  }
}

function lifeUntil(date: Date): number {
  return Math.max(LEAST_LIFE_MS, date.getTime() - Date.now())
}

import type { Checkout } from '@verifull/core'
import { isHeard, type Profile, warn } from '@verifull/core/adapter'
import { plainly } from './checkouts.ts'

/** Places in the code whose leaks are told. */
const MOST_PLACES = 100

/** The pool that is searched. */
interface SearchedPool {
  readonly name: string
  readonly profile: Profile | undefined
  checkouts(): readonly Checkout[]
  /** Publishes a leak. */
  tell(checkout: Checkout): void
}

/** Looks for sessions that are lent for too long, while any is lent. */
export class LeakSearch {
  readonly #pool: SearchedPool
  /** Age of a checkout that counts as a leak, in milliseconds. */
  readonly #limitMs: number
  /** Stacks of the checkouts that have been told. */
  readonly #told = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(pool: SearchedPool, limitMs: number) {
    this.#pool = pool
    this.#limitMs = limitMs
  }

  /** To be called when a session is lent. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), Math.max(10, this.#limitMs / 4)).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const checkouts = this.#pool.checkouts()
    for (const checkout of checkouts) if (checkout.ageMs >= this.#limitMs) this.#tell(checkout)
    if (checkouts.length === 0) this.stop()
  }

  /** Tells of a leak once for each place in the code, and of some places at most. */
  #tell(checkout: Checkout): void {
    const { ageMs, state, stack = '' } = checkout
    if (this.#told.has(stack) || this.#told.size >= MOST_PLACES) return
    this.#told.add(stack)
    this.#pool.tell(checkout)
    if (isHeard('verifull:pool')) return
    const { name, profile } = this.#pool
    const message = `a connection of the pool ${name} has been lent for ${plainly(ageMs)} and not given back (pool.leakDetectionMs=${this.#limitMs}, ${state}); release it in a finally block; it was lent${stack}`
    warn('VERIFULL_POOL', message, profile ?? {})
  }
}

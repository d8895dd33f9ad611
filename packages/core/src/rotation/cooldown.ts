import { questionsIn } from '../credentials/search-cost.ts'
import type { Search } from './candidate.ts'

/** First pause before the source is called again, in ms; each further search without result doubles it. */
const FIRST_MS = 1000
const LONGEST_MS = 8000
/** Time after a search in which a retry belongs to it, in ms: a provider calls no store twice for one search. */
const SAME_SEARCH_MS = 10_000
/** Time between two early calls, in ms. */
const EARLY_CALL_MS = 10_000
/** Most calls to stores that a wrong secret may cost in that time. */
const MAX_CALLS = 10

/** Limits the calls to a source after searches without result, at one server. */
export class Cooldown {
  #failedSearches = 0
  #until = 0
  #searchEndedAt = 0
  #earlyCallAt = 0

  /** True while no search may begin. */
  get isRunning(): boolean {
    return performance.now() < this.#until
  }

  /** True if a retry now belongs to the latest search. */
  get isSameSearch(): boolean {
    return performance.now() - this.#searchEndedAt < SAME_SEARCH_MS
  }

  /** Notes that the server accepted a login: the next pause is a short one. */
  accepted(): void {
    this.#failedSearches = 0
  }

  /** Ends the pause, because the source has something newer. */
  reset(): void {
    this.#until = this.#failedSearches = 0
  }

  /**
   * Begins a pause after a search without result.
   *
   * @param isRotation True if the server accepted a login before: the search was a longer one, and so is the pause.
   * @param isRetry True for the one retry after a search.
   */
  searchFailed(search: Search, { isRotation, isRetry }: { isRotation: boolean; isRetry: boolean }): void {
    const now = performance.now()
    if (now >= this.#until) {
      const doublings = this.#failedSearches + (isRotation ? 1 : 0)
      this.#until = now + Math.min(LONGEST_MS, FIRST_MS * 2 ** doublings)
      this.#failedSearches++
    }
    if (isRetry) return
    this.#searchEndedAt = now
    // The first call of all and the early call itself are no part of the search.
    const isCheap = questionsIn(search) + 2 <= MAX_CALLS
    this.#earlyCallAt = isCheap ? now : search.beganAt + EARLY_CALL_MS
  }

  /** Returns true, at most once in ten seconds, if a new connection may call the source in spite of the pause. */
  takeEarlyCall(): boolean {
    const now = performance.now()
    if (now < this.#earlyCallAt) return false
    this.#earlyCallAt = now + EARLY_CALL_MS
    return true
  }
}

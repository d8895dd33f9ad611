import { setMaxListeners } from 'node:events'
import { backoffMs } from './backoff.ts'
import { abortable, withDeadline, withTimeout } from './deadline.ts'
import { Expiry } from './expiry.ts'
import { type SingleFlight, singleFlight } from './single-flight.ts'
import { sleep, unrefTimersOf } from './sleep.ts'

/** Times in the life of a value, in milliseconds from now. */
export interface Life {
  /** End of the value's use; `Infinity` for none. */
  readonly endsInMs: number
  /** Time to the next refresh, which begins after 70 to 90 % of it, at random, unless `exact`. */
  readonly refreshInMs: number
  /** True if the refresh must not begin before `refreshInMs`. */
  readonly exact?: boolean
}

/** The parts of a refreshed value that differ between secrets and TLS material. */
export interface RefreshPlan<T> {
  /** Fetches a value. The signal aborts when the time is up. */
  load(signal: AbortSignal): Promise<T>
  lifeOf(value: T): Life
  /** True for a value that has ended for another reason than its time. */
  hasEnded?(value: T): boolean
  /** Limit of one load, in milliseconds. */
  readonly timeoutMs: number
  /** Makes the error of a load that exceeded `timeoutMs`. */
  late(timeoutMs: number): Error
  /**
   * Longest wait for a refresh after `refreshInMs` while the value is still good, in milliseconds; 0 waits until the
   * refresh settles. Default: the value is given at once.
   */
  readonly staleWaitMs?: number
  onLoaded?(value: T, previous: T | undefined): void
  onFailed?(error: unknown): void
  /** Called with a value that is kept from now on. */
  onKept?(value: T, previous: T | undefined): void
  /** Called when a value is given whose refresh is overdue; `error` is that of the last load, if it failed. */
  onStale?(value: T, ageMs: number, error: unknown): void
}

/** Longest pause before the load after a failed one while there is no good value, in milliseconds. */
const COLD_PAUSE_MS = 1000

/** A value as it is kept. */
export interface Keeping<T> {
  readonly value: T
  /** Time since it was loaded, in milliseconds. */
  readonly ageMs: number
  /** True if its refresh is overdue. */
  readonly isOverdue: boolean
}

interface Kept<T> {
  readonly value: T
  readonly loadedAt: number
  readonly end: Expiry
  /** Start of the background refresh. */
  readonly due: Expiry
  /** After this, callers wait for the refresh, `staleWaitMs` at most. */
  readonly overdue: Expiry
}

/**
 * A value that is loaded when first needed, kept, and loaded again ahead of its end.
 *
 * All callers share one load. While loads fail, the last good value stays, and the pause between loads grows to 30 s.
 */
export class Refreshed<T> {
  readonly #plan: RefreshPlan<T>
  #kept: Kept<T> | undefined
  #failures = 0
  #failure: unknown
  #pausedUntil = 0
  #closing = closingController()

  constructor(plan: RefreshPlan<T>) {
    this.#plan = plan
  }

  /** The value loaded last, good or not. */
  get last(): T | undefined {
    return this.#kept?.value
  }

  /** The value loaded last, with its age; undefined before the first. */
  get keeping(): Keeping<T> | undefined {
    const kept = this.#kept
    return kept && { value: kept.value, ageMs: performance.now() - kept.loadedAt, isOverdue: kept.overdue.hasCome }
  }

  /** The error of the last load, if it failed. */
  get failure(): unknown {
    return this.#failure
  }

  get isLoading(): boolean {
    return this.refresh.isRunning()
  }

  /**
   * Returns the value, and loads it first if none is good.
   *
   * @throws the error of {@link RefreshPlan.load}, {@link RefreshPlan.late}, or the reason of `signal`.
   */
  async get(signal: AbortSignal): Promise<T> {
    const kept = this.#good
    if (!kept) return await abortable(this.refresh(), signal)
    if (!kept.due.hasCome) return kept.value
    if (performance.now() < this.#pausedUntil) return this.#stale(kept)
    const refreshed = this.refresh()
    refreshed.catch(() => {})
    const { staleWaitMs } = this.#plan
    if (!kept.overdue.hasCome || staleWaitMs === undefined) return kept.value
    return this.#failures > 0 ? this.#stale(kept) : await this.#withinWait(refreshed, kept, staleWaitMs, signal)
  }

  /** Loads and keeps a value now. The load goes on when a caller aborts, and the next caller gets its result. */
  readonly refresh: SingleFlight<T> = singleFlight(async () => {
    const isGood = this.#good !== undefined
    const pauseMs = isGood ? 0 : Math.min(this.#pausedUntil - performance.now(), COLD_PAUSE_MS)
    return this.keep(await this.#attempt(this.#plan.load, this.#plan.timeoutMs, { pauseMs, isBackground: isGood }))
  })

  /** Loads another value at once and does not keep it. Its success and failure count as those of a refresh. */
  async loadApart(load: (signal: AbortSignal) => Promise<T>, timeoutMs: number): Promise<T> {
    return await this.#attempt(load, timeoutMs, { pauseMs: 0, isBackground: false })
  }

  /** Ends the loads in flight with `reason` and forgets the value. The next call of {@link get} loads anew. */
  close(reason: Error): void {
    this.#closing.abort(reason)
    this.#closing = closingController()
    this.#kept = undefined
    this.#failure = undefined
    this.#failures = this.#pausedUntil = 0
  }

  keep(value: T): T {
    const { endsInMs, refreshInMs, exact } = this.#plan.lifeOf(value)
    this.#plan.onKept?.(value, this.last)
    const share = exact ? 1 : 0.7 + 0.2 * Math.random()
    this.#kept = {
      value,
      loadedAt: performance.now(),
      end: new Expiry(endsInMs),
      due: new Expiry(refreshInMs * share),
      overdue: new Expiry(refreshInMs),
    }
    return value
  }

  /** Makes the refresh of the kept value due now. */
  outdate(): void {
    const now = new Expiry(0)
    if (this.#kept) this.#kept = { ...this.#kept, due: now, overdue: now }
  }

  get #good(): Kept<T> | undefined {
    const kept = this.#kept
    return kept && !kept.end.hasCome && !this.#plan.hasEnded?.(kept.value) ? kept : undefined
  }

  async #withinWait(refreshed: Promise<T>, kept: Kept<T>, waitMs: number, signal: AbortSignal): Promise<T> {
    try {
      const over = () => new Error('the wait for a refresh is over')
      return await withDeadline(waitMs, over, signal, (bounded) => abortable(refreshed, bounded))
    } catch {
      signal.throwIfAborted()
      return this.#stale(kept)
    }
  }

  #stale({ value, loadedAt }: Kept<T>): T {
    this.#plan.onStale?.(value, performance.now() - loadedAt, this.#failure)
    return value
  }

  async #attempt(
    load: (signal: AbortSignal) => Promise<T>,
    timeoutMs: number,
    { pauseMs, isBackground }: { readonly pauseMs: number; readonly isBackground: boolean },
  ): Promise<T> {
    const { late, onLoaded, onFailed } = this.#plan
    const { signal: closing } = this.#closing
    try {
      const value = await withTimeout(
        timeoutMs,
        () => late(timeoutMs),
        async (signal) => {
          if (isBackground) unrefTimersOf(signal)
          if (pauseMs > 0) await sleep(pauseMs, signal)
          return await load(signal)
        },
        closing,
      )
      this.#failures = this.#pausedUntil = 0
      this.#failure = undefined
      onLoaded?.(value, this.last)
      return value
    } catch (error) {
      if (closing.aborted) throw error
      this.#pausedUntil = performance.now() + backoffMs(++this.#failures)
      this.#failure = error
      onFailed?.(error)
      throw error
    }
  }
}

/** Every load listens, and replacements are loaded side by side. */
function closingController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

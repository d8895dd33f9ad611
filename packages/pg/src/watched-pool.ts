import {
  type Checkout,
  type PoolCounts,
  PoolError,
  type PoolErrorCode,
  type PoolEvent,
  type PoolOrigin,
  type PoolStats,
} from '@verifull/core'
import {
  addSnapshot,
  hostAndPort,
  isTimed,
  PoolTimer,
  type Profile,
  poolName,
  publish,
  releasePoolName,
  watchCertificates,
} from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { checkoutsOf, heldBy, plainly, stackHere } from './checkouts.ts'
import { connectionOf } from './client-connection.ts'
import { endWithin } from './end-within.ts'
import { LeakSearch } from './leak-search.ts'
import { PoolTotals } from './pool-totals.ts'
import type { PoolView } from './pool-view.ts'
import { openedEvent, retiredEvent } from './session-events.ts'

/** Share of a pool that is lent when it counts as saturated. */
const SATURATED = 0.9
/** Time without saturation after which it counts as passed, in milliseconds: a pool that is busy is full and not full by turns. */
const PASSED_MS = 1000
/** Shortest and longest `retryAfterMs`. */
const RETRY_MS = [100, 10_000] as const

/** An event without the facts of the pool; one about a session names the server of it. */
type Event<One = PoolEvent> = One extends PoolEvent
  ? Omit<One, keyof PoolOrigin> & Partial<Pick<One, 'endpoint'>>
  : never

/** One pool of a library: its numbers, its checkouts and its end. */
export class WatchedPool {
  readonly name: string
  /** The times of its checkouts. */
  readonly timer: PoolTimer
  readonly #view: PoolView
  readonly #leaks: LeakSearch | undefined
  #saturated = false
  /** Time of the last checkout that found the pool saturated, by `Date.now()`. */
  #saturatedAt = 0
  #draining: Promise<void> | undefined
  #isOver = false
  readonly #totals = new PoolTotals()

  constructor(view: PoolView) {
    this.#view = view
    this.name = poolName(view.profile ?? { endpoints: [] }, this)
    this.timer = new PoolTimer(this)
    watchCertificates()
    const { leakDetectionMs } = view.limits
    if (leakDetectionMs === undefined) return
    const tell = (checkout: Checkout) => this.#publish({ kind: 'leak', checkout })
    this.#leaks = new LeakSearch(
      { name: this.name, profile: view.profile, checkouts: () => this.checkouts(), tell },
      leakDetectionMs,
    )
  }

  /** Library of the pool. */
  get source(): PoolView['source'] {
    return this.#view.source
  }

  get profile(): Profile | undefined {
    return this.#view.profile
  }

  /** The profiles of its servers. */
  get servers(): readonly Profile[] {
    const { profile, servers = profile ? [profile] : [] } = this.#view
    return servers
  }

  /** True if the stack of each checkout is wanted. */
  get looksForLeaks(): boolean {
    return this.#leaks !== undefined
  }

  counts(): PoolCounts {
    return this.#view.counts()
  }

  /** True once it has ended, or lends nothing new any more. */
  get isClosed(): boolean {
    return this.#isOver || this.#draining !== undefined || this.#view.isEnding()
  }

  /** Lends a session, which has answered within the last second, and takes it back. */
  async probe(): Promise<void> {
    const client = await this.#view.acquire()
    await this.#view.release(client)
  }

  /** Returns its numbers at this moment, and those since it was made. */
  stats(): PoolStats {
    const { source, profile } = this.#view
    const [counts, checkouts] = [this.counts(), this.checkouts()]
    return {
      name: this.name,
      source,
      role: profile?.lifetime.role,
      endpoint: this.#endpoint,
      database: profile?.database,
      min: this.#view.min(),
      counts,
      connecting: Math.max(0, counts.total - counts.idle - counts.active),
      oldestCheckoutMs: checkouts[0]?.ageMs ?? 0,
      oldestRunningMs: checkouts.find(({ state }) => state === 'running')?.ageMs ?? 0,
      totals: this.#totals.now,
    }
  }

  checkouts(): readonly Checkout[] {
    return checkoutsOf(this.#view.lent())
  }

  /** Returns the reason that a checkout is refused at once; undefined if it may have a connection or wait for one. */
  refusal(): PoolError | undefined {
    if (this.#draining) return this.#error('POOL_CLOSED', 'was closed by close(); make no query after that')
    const { maxWaiting } = this.#view.limits
    if (maxWaiting === undefined || this.#view.queued() < maxWaiting) return undefined
    this.#publish({ kind: 'queue-full', limit: maxWaiting })
    const fix = `answer 503 with Retry-After, limit the requests that use the database, or raise pool.max or pool.maxWaiting`
    return this.#error('POOL_FULL', `lends nothing, as pool.maxWaiting=${maxWaiting} checkouts wait already; ${fix}`)
  }

  /** Notes that the pool has a new session. */
  opened(client: ClientBase): void {
    this.#publish(openedEvent(client))
  }

  /**
   * Notes that a session is about to leave the pool, and returns the function to be called when it has left.
   *
   * @param isGivenUp True if the application or the library gives it up, false if it is idle.
   */
  retiring(client: ClientBase, isGivenUp: boolean): () => void {
    const event = retiredEvent(client, { isEnding: this.#draining !== undefined || this.#view.isEnding(), isGivenUp })
    return () => this.#publish(event)
  }

  /**
   * Notes that a client is lent.
   *
   * @param now The time of `Date.now()`.
   */
  lend(client: ClientBase, now = Date.now()): void {
    this.#totals.checkouts++
    const connection = connectionOf(client)
    if (connection) {
      connection.lentAt = now
      connection.lentSince = isTimed() ? performance.now() : 0
      connection.lentBy = undefined
    }
    this.#noteSaturation(now)
    this.#leaks?.start()
  }

  #noteSaturation(now: number): void {
    const isSaturated = this.#view.taken() >= this.#view.max() * SATURATED
    const isNew = isSaturated && !this.#saturated && Math.abs(now - this.#saturatedAt) > PASSED_MS
    this.#saturated = isSaturated
    if (isSaturated) this.#saturatedAt = now
    if (isNew) this.#publish({ kind: 'saturated' })
  }

  /** Tells for how long a client was lent; to be called when it is given back, while times are listened to. */
  givenBack(client: ClientBase): void {
    const connection = connectionOf(client)
    if (!connection?.lentSince) return
    const ms = performance.now() - connection.lentSince
    connection.lentSince = 0
    this.timer.tell('use', ms)
  }

  /**
   * Returns the error of a checkout that has waited in vain.
   *
   * @param words The library's own message, by which applications know it.
   */
  late(words: string, waitedMs: number): PoolError {
    this.#publish({ kind: 'exhausted', waitedMs, checkouts: this.checkouts() })
    const fix = this.looksForLeaks ? '' : '; pool.leakDetectionMs shows the code that lent them'
    return this.#error(
      'POOL_TIMEOUT',
      `lent none within ${plainly(waitedMs)}${fix}`,
      `${words}${/[.?]$/.test(words) ? '' : ':'} `,
    )
  }

  /** Adds to a library's error of such a checkout who has the connections; its cause becomes the one of {@link late}. */
  explain(error: Error, waitedMs: number): void {
    const late = this.late(error.message, waitedMs)
    if (error.cause !== undefined) late.cause = error.cause
    error.message = late.message
    // As the constructor of an error sets it.
    Object.defineProperty(error, 'cause', { value: late, writable: true, configurable: true })
  }

  /** Returns the stack of the caller's callers while leaks are looked for. */
  stackOf(caller: (...args: never[]) => unknown): string | undefined {
    return this.looksForLeaks ? stackHere(caller) : undefined
  }

  /**
   * Ends the pool: refuses new checkouts, lets those that wait and those that are lent go on for `timeoutMs`, and cuts off what
   * is still lent then.
   */
  drain(timeoutMs: number): Promise<void> {
    this.#draining ??= this.#drain(timeoutMs)
    return this.#draining
  }

  /** The end of the pool by `close()`; undefined before. */
  get closing(): Promise<void> | undefined {
    return this.#draining
  }

  /** True once the pool has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** To be called when the pool has ended. */
  ended(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#leaks?.stop()
    this.timer.flush()
    releasePoolName(this.name)
  }

  async #drain(timeoutMs: number): Promise<void> {
    const began = performance.now()
    const late = () => this.#error('POOL_CLOSED', `was closed by close(), whose timeoutMs=${timeoutMs} is over`)
    const cutOff = await endWithin(this.#view, timeoutMs, late)
    this.#publish({ kind: 'drained', waitedMs: performance.now() - began, cutOff })
    this.ended()
  }

  #error(code: PoolErrorCode, what: string, words = ''): PoolError {
    const [counts, checkouts] = [this.counts(), this.checkouts()]
    const message = `${words}the pool ${this.name} ${what}; ${heldBy(counts, checkouts)}`
    const retryAfterMs = code === 'POOL_CLOSED' ? undefined : this.#retryAfterMs(checkouts)
    const failed = { pool: this.name, counts, checkouts, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    const error = new PoolError(code, message, failed)
    addSnapshot(error, [], [])
    return error
  }

  /** The time of a checkout is about twice the mean age of those that go on. */
  #retryAfterMs(checkouts: readonly Checkout[]): number {
    const totalMs = checkouts.reduce((sum, { ageMs }) => sum + ageMs, 0)
    const eachMs = (2 * totalMs) / Math.max(1, checkouts.length)
    const turns = (Math.max(0, this.#view.queued()) + 1) / Math.max(1, this.#view.max())
    return Math.round(Math.min(RETRY_MS[1], Math.max(RETRY_MS[0], eachMs * turns)))
  }

  #publish(event: Event): void {
    this.#totals.count(event)
    publish('verifull:pool', {
      endpoint: this.#endpoint,
      ...event,
      pool: this.name,
      source: this.#view.source,
      counts: this.counts(),
    } as PoolEvent)
  }

  get #endpoint(): PoolStats['endpoint'] {
    const endpoint = this.#view.profile?.endpoints.find((one) => one.kind !== 'in-secret')
    return endpoint && hostAndPort(endpoint)
  }
}

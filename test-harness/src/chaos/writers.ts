import { setTimeout as pause } from 'node:timers/promises'
import type { RehearsalWork } from '../rehearsal/workers.ts'
import { failureOf, instant, type Write } from './write.ts'

/** Pause of a writer between two writes, in ms: the load is bounded. */
const BETWEEN_MS = 5
/** Pause of a writer after a failure, in ms. */
const AFTER_FAILURE_MS = 20
/** Time in which all connections of a pool must be lent at once for the count of read-only ones, in ms. */
const COUNT_MS = 5000

/** Work of writers, and the numbers of their rows. */
export interface WritersWanted {
  readonly work: RehearsalWork
  readonly handle: unknown
  /** Number of writers, and of connections. */
  readonly count: number
  /** First number of a row. */
  readonly firstEntry: number
  /** Called at the end of each write. */
  readonly onWrite: (write: Write) => void
}

/** Workers that write to a ledger, each in transactions of its own. */
export class Writers {
  readonly #wanted: WritersWanted
  readonly #working: Promise<unknown>
  #next: number
  #isResting = false
  #isOver = false

  constructor(wanted: WritersWanted) {
    this.#wanted = wanted
    this.#next = wanted.firstEntry
    this.#working = Promise.all(Array.from({ length: wanted.count }, () => this.#writer()))
  }

  /** Lets the writers rest, or work again. */
  rest(isResting: boolean): void {
    this.#isResting = isResting
  }

  /** Resolves when all have finished their last write. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#working
  }

  /** Number of read-only connections: all are lent at once and asked. */
  async readOnly(): Promise<number> {
    const { work, handle, count } = this.#wanted
    const enough = pause(COUNT_MS, undefined, { ref: false })
    let asked = 0
    let readOnly = 0
    let allAsked = () => {}
    const all = new Promise<void>((resolve) => {
      allAsked = resolve
    })
    const ask = (): Promise<unknown> =>
      work.transaction(handle, async (inside: unknown) => {
        const [row] = await work.query(inside, 'show transaction_read_only')
        if (row && Object.values(row)[0] === 'on') readOnly++
        if (++asked === count) allAsked()
        await Promise.race([all, enough])
      })
    await Promise.allSettled(Array.from({ length: count }, ask))
    return readOnly
  }

  async #writer(): Promise<void> {
    while (!this.#isOver) {
      if (this.#isResting) await pause(BETWEEN_MS)
      else await pause((await this.#write()) ? BETWEEN_MS : AFTER_FAILURE_MS)
    }
  }

  async #write(): Promise<boolean> {
    const { work, handle, onWrite } = this.#wanted
    const entry = this.#next++
    const askedAt = instant()
    let waitMs: number | undefined
    const end = (error?: unknown): boolean => {
      const waited = waitMs !== undefined && { waitMs }
      onWrite({ entry, askedAt, at: instant(), ...waited, ...(error !== undefined && { failure: failureOf(error) }) })
      return error === undefined
    }
    try {
      await work.transaction(handle, async (inside: unknown): Promise<void> => {
        waitMs = instant() - askedAt
        await work.query(inside, `insert into ledger values (${entry})`)
      })
      return end()
    } catch (error) {
      return end(error ?? new Error('rejected without an error'))
    }
  }
}

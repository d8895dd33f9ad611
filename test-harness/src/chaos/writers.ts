import { setTimeout as pause } from 'node:timers/promises'
import type { RehearsalWork } from '../rehearsal/workers.ts'
import type { Ledger } from './ledger.ts'

/** A piece of work of a writer. */
export interface Write {
  /** Time of its end, of `performance.now()`. */
  readonly at: number
  /** Time until its connection was lent, in ms; absent if none was. */
  readonly waitMs?: number
  /** The failure; absent if the write was acknowledged. */
  readonly error?: unknown
}

/** Pause of a writer between two writes, in ms: the load is bounded. */
const BETWEEN_MS = 5
/** Pause of a writer after a failure, in ms. */
const AFTER_FAILURE_MS = 20

/** Workers that write to a ledger, each in transactions of its own. */
export class Writers {
  readonly writes: Write[] = []
  readonly #work: RehearsalWork
  readonly #handle: unknown
  readonly #ledger: Ledger
  readonly #working: Promise<unknown>
  #isResting = false
  #isOver = false

  constructor(work: RehearsalWork, handle: unknown, ledger: Ledger, count: number) {
    this.#work = work
    this.#handle = handle
    this.#ledger = ledger
    this.#working = Promise.all(Array.from({ length: count }, () => this.#writer()))
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

  async #writer(): Promise<void> {
    while (!this.#isOver) {
      if (this.#isResting) await pause(BETWEEN_MS)
      else await pause((await this.#write()) ? BETWEEN_MS : AFTER_FAILURE_MS)
    }
  }

  async #write(): Promise<boolean> {
    const { entry, sql } = this.#ledger.entry()
    const asked = performance.now()
    let waitMs: number | undefined
    try {
      await this.#work.transaction(this.#handle, async (inside: unknown): Promise<void> => {
        waitMs = performance.now() - asked
        await this.#work.query(inside, sql)
      })
      this.#ledger.acknowledged(entry)
      this.writes.push({ at: performance.now(), ...(waitMs !== undefined && { waitMs }) })
      return true
    } catch (error) {
      this.writes.push({ at: performance.now(), ...(waitMs !== undefined && { waitMs }), error })
      return false
    }
  }
}

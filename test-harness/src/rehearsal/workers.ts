import { setTimeout as pause } from 'node:timers/promises'
import type { Work } from '../suite/work.ts'
import type { Tally } from './tally.ts'

/** A client with a pool, as the rehearsal needs it; an adapter of the conformance suite that has these pieces will do. */
export interface RehearsalAdapter {
  readonly name: string
  readonly work: RehearsalWork
}

/** The pieces of {@link Work} that are needed. */
export type RehearsalWork<Handle = unknown, Inside = Handle> = Required<
  Pick<Work<Handle, Inside>, 'open' | 'close' | 'query' | 'transaction'>
>

/** What is done on a connection: it reads a table, as a session whose role is gone can still do everything but that. */
const QUERY = 'select name, pg_sleep(0.02)::text as slept from item where id = 1'
/** A client that takes longer hangs. */
const PATIENCE_MS = 30_000
/** Who was refused does not come back at once. */
const AFTER_FAILURE_MS = 20

/** As many workers as there are connections, who take a connection, read, and give it back, over and over. */
export class Workers {
  readonly #work: RehearsalWork
  readonly #handle: unknown
  readonly #tally: Tally
  readonly #working: Promise<unknown>
  #active = 0
  #isOver = false
  #turn = () => {}
  #change = this.#nextChange()

  constructor(work: RehearsalWork, handle: unknown, count: number, tally: Tally) {
    this.#work = work
    this.#handle = handle
    this.#tally = tally
    this.#working = Promise.all(Array.from({ length: count }, (_, index) => this.#worker(index)))
  }

  /** Lets so many of them work, and the others rest: a pool grows and shrinks with them. */
  setActive(active: number): void {
    this.#active = active
    const turn = this.#turn
    this.#change = this.#nextChange()
    turn()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    this.setActive(0)
    await this.#working
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#turn = resolve
    })
  }

  async #worker(index: number): Promise<void> {
    while (!this.#isOver) {
      if (index >= this.#active) await this.#change
      else if (!(await this.#unit())) await pause(AFTER_FAILURE_MS)
    }
  }

  async #unit(): Promise<boolean> {
    const asked = performance.now()
    let waitMs: number | undefined
    const task = async (inside: unknown): Promise<void> => {
      waitMs = performance.now() - asked
      this.#tally.checkedOut(waitMs)
      await this.#work.query(inside, QUERY)
    }
    try {
      await withinPatience(async () => this.#work.transaction(this.#handle, task))
      this.#tally.queried()
      return true
    } catch (error) {
      if (waitMs === undefined) this.#tally.checkoutFailed(performance.now() - asked, error)
      else this.#tally.queryFailed(error)
      return false
    }
  }
}

async function withinPatience(act: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    await Promise.race([act(), late])
  } finally {
    clearTimeout(timer)
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Work } from '../suite/work.ts'
import type { Tally } from './tally.ts'

/** A client with a pool. An adapter of the conformance suite with this work qualifies. */
export interface RehearsalAdapter {
  /** Name and version, for reports. */
  readonly name: string
  /** Its operations. */
  readonly work: RehearsalWork
  /** True if its driver takes one host: a run with several servers gives it a name that moves. Default false. */
  readonly oneHost?: boolean
}

/** The operations of {@link Work} that a rehearsal needs. */
export type RehearsalWork<Handle = unknown, Inside = Handle> = Required<
  Pick<Work<Handle, Inside>, 'open' | 'close' | 'query' | 'transaction'>
>

/** Reads a table, because a session whose role was dropped fails at nothing else. */
const QUERY = 'select name, pg_sleep(0.02)::text as slept from item where id = 1'
/** Time after which a client counts as hung, in ms. */
const PATIENCE_MS = 30_000
/** Pause of a worker after a failure, in ms. */
const AFTER_FAILURE_MS = 20

/** As many workers as connections; each takes a connection, reads, and releases it, repeatedly. */
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

  /** Sets the number of active workers, with which the pool grows and shrinks. */
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

import type { TimeLineMark } from './result.ts'

/** The moment from which on the server has another secret. */
export interface Rotated {
  readonly at: number
  /** Where the user changes with the secret. */
  readonly user?: string
}

/** What was done in the course of a rehearsal, by the clock. */
export class Timeline {
  readonly began = Date.now()
  readonly rotations: Rotated[] = []
  readonly marks: TimeLineMark[] = []

  /** The server has the new secret since `at`. */
  rotated(at: number, user?: string): void {
    this.rotations.push({ at, ...(user !== undefined && { user }) })
    this.mark('rotation', at)
  }

  mark(what: string, from: number = Date.now(), to?: number): void {
    const mark = { what, fromMs: from - this.began }
    this.marks.push(to === undefined ? mark : { ...mark, toMs: to - this.began })
  }

  /** Does something that lasts. */
  async during(what: string, act: () => Promise<unknown>): Promise<void> {
    const from = Date.now()
    await act()
    this.mark(what, from, Date.now())
  }
}

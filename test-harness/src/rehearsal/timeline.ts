import type { TimeLineMark } from './result.ts'

/** A rotation on the server. */
export interface Rotated {
  /** Time from which on the server has the new secret, in ms since the epoch. */
  readonly at: number
  /** The new user, if it changes with the secret. */
  readonly user?: string
}

/** The actions of a rehearsal with their times. */
export class Timeline {
  readonly began = Date.now()
  readonly rotations: Rotated[] = []
  readonly marks: TimeLineMark[] = []

  /** Records that the server has the new secret since `at`. */
  rotated(at: number, user?: string): void {
    this.rotations.push({ at, ...(user !== undefined && { user }) })
    this.mark('rotation', at)
  }

  mark(what: string, from: number = Date.now(), to?: number): void {
    const mark = { what, fromMs: from - this.began }
    this.marks.push(to === undefined ? mark : { ...mark, toMs: to - this.began })
  }

  /** Records an action with its duration. */
  async during(what: string, act: () => Promise<unknown>): Promise<void> {
    const from = Date.now()
    await act()
    this.mark(what, from, Date.now())
  }
}

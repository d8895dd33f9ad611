/** Results of one client in one kind of rotation, as data. */
export interface RehearsalRun {
  /** Id of the kind: `aws-single-user`. */
  readonly kind: string
  /** Title of the kind. */
  readonly title: string
  /** Name of the adapter. */
  readonly client: string
  /** Description of the server: `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  /** Pool size, and number of workers. */
  readonly connections: number
  /** Number of rotations. */
  readonly rotations: number
  /** Duration in ms. */
  readonly durationMs: number
  /** Checkouts, including failed ones. */
  readonly checkouts: number
  /** Failed checkouts. */
  readonly failedCheckouts: number
  /** Queries on lent connections, including failed ones. */
  readonly queries: number
  /** Failed queries. */
  readonly failedQueries: number
  /** Longest checkout, in ms. */
  readonly longestWaitMs: number
  /** Requests for the secret, counted at the store; null without a store. */
  readonly fetches: number | null
  /** Sessions that the server admitted. */
  readonly logins: number
  /** Logins that the server rejected. */
  readonly refusedLogins: number
  /** Sessions left after the client was closed. */
  readonly sessionsLeft: number
  /** The longest lag of all rotations; null without a rotation. */
  readonly lag: RotationLag | null
  /** Errors of the client by frequency. */
  readonly errors: readonly { readonly message: string; readonly count: number }[]
  /** The run in steps. */
  readonly timeLine: TimeLine
}

/** Time from the moment at which the server has the new secret, in ms. */
export interface RotationLag {
  /** Until the first session with the new secret or a later one; null if there was none. */
  readonly firstMs: number | null
  /** Until the end of the last session with an earlier secret; null if one outlived the rehearsal. */
  readonly lastMs: number | null
}

/** A run in steps of equal length. */
export interface TimeLine {
  /** Length of a step, in ms. */
  readonly stepMs: number
  /** The steps, in order. */
  readonly steps: readonly TimeLineStep[]
  /** Actions of the rehearsal. */
  readonly marks: readonly TimeLineMark[]
}

/** Counts of one step. */
export interface TimeLineStep {
  /** Completed pieces of work. */
  readonly done: number
  /** Failed ones. */
  readonly failed: number
  /** Longest checkout that ended in this step, in ms. */
  readonly longestWaitMs: number
  /** Sessions with the server's current secret. */
  readonly present: number
  /** Sessions with an earlier secret. */
  readonly earlier: number
}

/** An action of the rehearsal, with times in ms from the beginning. */
export interface TimeLineMark {
  /** Its description. */
  readonly what: string
  /** Its beginning. */
  readonly fromMs: number
  /** Its end; absent for a moment. */
  readonly toMs?: number
}

/** True if no checkout and no query failed, and no session is left. */
export function isFlawless({ failedCheckouts, failedQueries, sessionsLeft }: RehearsalRun): boolean {
  return failedCheckouts === 0 && failedQueries === 0 && sessionsLeft === 0
}

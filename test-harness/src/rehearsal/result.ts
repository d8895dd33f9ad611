/** What one client did during rotations of one kind, as data. */
export interface RehearsalRun {
  /** The kind of rotation: `aws-single-user`. */
  readonly kind: string
  /** The kind in words. */
  readonly title: string
  /** The adapter's name. */
  readonly client: string
  /** `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  readonly connections: number
  readonly rotations: number
  readonly durationMs: number
  /** Connections that were asked for, those that failed included. */
  readonly checkouts: number
  readonly failedCheckouts: number
  /** Queries on connections that had been got, those that failed included. */
  readonly queries: number
  readonly failedQueries: number
  /** The longest time from asking for a connection to having one. */
  readonly longestWaitMs: number
  /** How often the store was asked for the secret, as it counted itself; null where the secret is not in a store. */
  readonly fetches: number | null
  /** Sessions that the server let in. */
  readonly logins: number
  /** Logins that the server refused. */
  readonly refusedLogins: number
  /** Sessions that were still there after the client had been closed. */
  readonly sessionsLeft: number
  /** The longest of all rotations; null where nothing rotated. */
  readonly lag: RotationLag | null
  /** What failed, in the client's words, the most frequent first. */
  readonly errors: readonly { readonly message: string; readonly count: number }[]
  readonly timeLine: TimeLine
}

/** How long a rotation takes to get through, in milliseconds from the moment at which the server had the new secret. */
export interface RotationLag {
  /** To the first session with the new secret or a later one; null where there was none. */
  readonly firstMs: number | null
  /** Until the last session of an earlier secret was gone; null where one outlived the rehearsal. */
  readonly lastMs: number | null
}

/** A run from its beginning to its end. */
export interface TimeLine {
  /** How long each step is, in milliseconds. */
  readonly stepMs: number
  readonly steps: readonly TimeLineStep[]
  readonly marks: readonly TimeLineMark[]
}

/** What came to its end in one step. */
export interface TimeLineStep {
  readonly done: number
  readonly failed: number
  readonly longestWaitMs: number
  /** Sessions of the newest secret that the server has. */
  readonly present: number
  /** Sessions of secrets before it. */
  readonly earlier: number
}

/** Something that the rehearsal did, in milliseconds from the beginning. */
export interface TimeLineMark {
  readonly what: string
  readonly fromMs: number
  /** Where it lasted: its end. */
  readonly toMs?: number
}

/** Whether nobody noticed anything. */
export function isFlawless({ failedCheckouts, failedQueries, sessionsLeft }: RehearsalRun): boolean {
  return failedCheckouts === 0 && failedQueries === 0 && sessionsLeft === 0
}

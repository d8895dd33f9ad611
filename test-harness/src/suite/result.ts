import type { DifferenceId } from './differences.ts'
import type { RequirementId } from './requirements.ts'
import type { Verdict } from './verdict.ts'

/** The result of one cell with one adapter. */
export interface CellResult {
  /** The cell's id. */
  readonly id: string
  /** The requirement that it tests. */
  readonly requirement: RequirementId
  /** The cell's title. */
  readonly cell: string
  /** libpq's outcome from the data; `–` if libpq has none. */
  readonly expected: string
  /** The client's outcome. */
  readonly actual: string
  /** The comparison of the two. */
  readonly verdict: Verdict
  /** The listed difference that allows a stricter outcome; absent otherwise. */
  readonly because?: DifferenceId
  /** The client's message, or the reason for which the suite could not decide; absent otherwise. */
  readonly message?: string
  /** Events in order. */
  readonly events: readonly TraceEvent[]
}

/** One event of a cell, without secrets. */
export interface TraceEvent {
  /** `suite`: the request; `client`: its messages and result; `server`: its log. */
  readonly by: 'suite' | 'client' | 'server'
  /** Text of the event. */
  readonly text: string
}

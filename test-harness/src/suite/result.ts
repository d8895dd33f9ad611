import type { DifferenceId } from './differences.ts'
import type { RequirementId } from './requirements.ts'
import type { Verdict } from './verdict.ts'

/** What became of one cell with one adapter. */
export interface CellResult {
  /** The cell's id. */
  readonly id: string
  readonly requirement: RequirementId
  /** The cell in words. */
  readonly cell: string
  /** libpq's outcome, by the data; `–` where libpq has none. */
  readonly expected: string
  readonly actual: string
  readonly verdict: Verdict
  /** The listed difference by which the adapter is stricter. */
  readonly because?: DifferenceId
  /** The client's message, or why the suite could not tell. */
  readonly message?: string
  /** What happened, in order. */
  readonly events: readonly TraceEvent[]
}

/** One thing that happened in a cell, without secrets. */
export interface TraceEvent {
  /** `suite`: what was tried; `client`: what it said, on the wire and in the end; `server`: what it saw. */
  readonly by: 'suite' | 'client' | 'server'
  readonly text: string
}

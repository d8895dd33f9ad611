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
  /** libpq's outcome, by the data. */
  readonly expected: string
  readonly actual: string
  readonly verdict: Verdict
  /** The listed difference by which the adapter is stricter. */
  readonly because?: DifferenceId
  /** The client's message, or why the suite could not tell. */
  readonly message?: string
  /** What the client said, per connection. */
  readonly trace: readonly string[]
}

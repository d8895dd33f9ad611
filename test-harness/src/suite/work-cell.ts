import type { Row } from '../postgres/server.ts'
import type { RequirementId } from './requirements.ts'
import type { RealTarget } from './target.ts'
import type { Work, WorkPiece, WorkRequest } from './work.ts'

/** One piece of work, and what must have come of it on the server. */
export interface WorkCell {
  /** Stable: `VF-WORK-003/savepoint`. */
  readonly id: string
  readonly requirement: RequirementId
  /** What happens, in words. */
  readonly title: string
  /** Who answers: PostgreSQL with TLS, behind a tap. */
  readonly target: RealTarget
  /** What an adapter must supply; without it the cell says nothing. */
  readonly pieces: readonly WorkPiece[]
  /** Does the work; rejects with what is wrong. */
  readonly run: (stage: WorkStage) => Promise<void>
}

/** What a piece of work happens on: a database of its own. */
export interface WorkStage<Piece extends WorkPiece = WorkPiece> {
  readonly request: WorkRequest
  /** The pieces of the adapter that the cell has named. */
  readonly work: Pick<Required<Work>, Piece>
  /** Opens what the adapter works with. The suite closes it in the end, and looks at what is left. */
  open(): Promise<unknown>
  /** Closes it; once, however often it is called. */
  close(): Promise<void>
  /** Asks the server as superuser, in the database of the cell. */
  sql(text: string): Promise<readonly Row[]>
  /** Demands that the server answers the question so: one row, one column. */
  answers(question: string, answer: string): Promise<void>
  /** Waits until it does, 5 s at most. */
  until(question: string, answer: string): Promise<void>
}

interface WorkCellDefinition<Piece extends WorkPiece> extends Pick<WorkCell, 'requirement' | 'id' | 'title'> {
  readonly pieces: readonly Piece[]
  readonly run: (stage: WorkStage<Piece>) => Promise<void>
}

/** Defines a cell of work; only the pieces that it names are at hand in `run`. */
export function workCell<Piece extends WorkPiece>({ id, ...cell }: WorkCellDefinition<Piece>): WorkCell {
  return { ...cell, id: `${cell.requirement}/${id}`, target: { role: 'scram_user' } }
}

import type { Row } from '../postgres/server.ts'
import type { RequirementId } from './requirements.ts'
import type { RealTarget } from './target.ts'
import type { Work, WorkPiece, WorkRequest } from './work.ts'

/** One piece of work with its expected effect on the server. */
export interface WorkCell {
  /** Stable id: `VF-WORK-003/savepoint`. */
  readonly id: string
  /** The requirement that it tests. */
  readonly requirement: RequirementId
  /** Title of the cell. */
  readonly title: string
  /** PostgreSQL with TLS, behind a tap. */
  readonly target: RealTarget
  /** Operations that the adapter must have for it. */
  readonly pieces: readonly WorkPiece[]
  /** Does the work; rejects if the effect differs. */
  readonly run: (stage: WorkStage) => Promise<void>
}

/** The database of one piece of work, and its operations. */
export interface WorkStage<Piece extends WorkPiece = WorkPiece> {
  /** Login and database, as given to `open`. */
  readonly request: WorkRequest
  /** The adapter's operations named by the cell. */
  readonly work: Pick<Required<Work>, Piece>
  /** Opens the adapter's handle. The suite closes it at the end and checks for sessions that are left. */
  open(): Promise<unknown>
  /** Closes the handle, once. */
  close(): Promise<void>
  /** Runs statements as superuser in the database of the cell. */
  sql(text: string): Promise<readonly Row[]>
  /** Checks that a query with one row and one column has this result. */
  answers(question: string, answer: string): Promise<void>
  /** Waits up to 5 s for that result. */
  until(question: string, answer: string): Promise<void>
}

interface WorkCellDefinition<Piece extends WorkPiece> extends Pick<WorkCell, 'requirement' | 'id' | 'title'> {
  readonly pieces: readonly Piece[]
  readonly run: (stage: WorkStage<Piece>) => Promise<void>
}

/** Defines a cell of work; `run` may use the operations that it names. */
export function workCell<Piece extends WorkPiece>({ id, ...cell }: WorkCellDefinition<Piece>): WorkCell {
  return { ...cell, id: `${cell.requirement}/${id}`, target: { role: 'scram_user' } }
}

import type { Cell } from '../cell.ts'
import type { Expected } from '../outcome.ts'
import type { RequirementId } from '../requirements.ts'

/** A cell as its table writes it down: the id is the part after the requirement's. */
export type CellRow = Omit<Cell, 'requirement' | 'parameters' | keyof Expected> & {
  readonly parameters?: Cell['parameters']
  readonly expected: Expected
}

/** The rows of one requirement as cells. */
export function cellsOf(requirement: RequirementId, rows: readonly CellRow[]): readonly Cell[] {
  return rows.map(({ id, parameters = {}, expected, ...row }) => ({
    ...row,
    id: `${requirement}/${id}`,
    requirement,
    parameters,
    ...expected,
  }))
}

import type { Cell } from '../cell.ts'
import type { Expected } from '../outcome.ts'
import type { RequirementId } from '../requirements.ts'

/** A cell as a row of its table, with the id's part after the requirement. */
export type CellRow = Omit<Cell, 'requirement' | 'parameters' | keyof Expected> & {
  readonly parameters?: Cell['parameters']
  readonly expected: Expected
}

/** Makes cells of the rows of one requirement. */
export function cellsOf(requirement: RequirementId, rows: readonly CellRow[]): readonly Cell[] {
  return rows.map(({ id, parameters = {}, expected, ...row }) => ({
    ...row,
    id: `${requirement}/${id}`,
    requirement,
    parameters,
    ...expected,
  }))
}

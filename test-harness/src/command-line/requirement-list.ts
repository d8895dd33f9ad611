import { CELLS } from '../suite/cells/all.ts'
import { WORK_CELLS } from '../suite/cells/work/all.ts'
import { REQUIREMENTS } from '../suite/requirements.ts'

/** Every requirement with its sentence and its number of cells. */
export function requirementList(): string {
  return Object.values(REQUIREMENTS)
    .map(({ id, level, sentence }) => `${id}  ${level}  ${sentence} (${countOf(id)})`)
    .join('\n')
}

function countOf(id: string): string {
  const count = [...CELLS, ...WORK_CELLS].filter(({ requirement }) => requirement === id).length
  return `${count} ${count === 1 ? 'cell' : 'cells'}`
}

import type { RequirementId, SuiteCell } from '@verifull/test-harness'
import type { Library } from './library.ts'

/**
 * What a library can spoil on the way to the connection: the choice of the connection, its attempts, what becomes of an
 * error, and the work. The rest is decided before, and is the same for all: `@verifull/pg` passes it.
 */
const TOUCHED: readonly RequirementId[] = [
  'VF-MODE-001',
  'VF-MODE-004',
  'VF-WIRE-001',
  'VF-WIRE-002',
  'VF-NAME-001',
  'VF-CERT-001',
  'VF-AUTH-002',
  'VF-HOST-001',
  'VF-SETT-003',
  'VF-TIME-001',
]

/** Chooses the cells that tell something about a library. */
export function touchedBy({ asks = false }: Library): (cell: SuiteCell) => boolean {
  return (cell) =>
    (TOUCHED.includes(cell.requirement) || cell.requirement.startsWith('VF-WORK-')) &&
    // A server that plays a part lets a client in and says no more.
    !(asks && 'script' in cell.target && letsIn(cell))
}

function letsIn(cell: SuiteCell): boolean {
  return 'libpq' in cell && 'outcome' in (cell.stricter?.outcome ?? cell.libpq)
}

import type { RequirementId, SuiteCell } from '@verifull/test-harness'
import type { Library } from './library.ts'

/**
 * Requirements that a library can affect: the choice of the connection, its attempts, the mapping of errors, and the
 * work. `@verifull/pg` itself passes the others, which are decided before the library runs.
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

/** Selects the cells that depend on the library. */
export function touchedBy({ asks = false }: Library): (cell: SuiteCell) => boolean {
  return (cell) =>
    (TOUCHED.includes(cell.requirement) || cell.requirement.startsWith('VF-WORK-')) &&
    // A scripted server lets a client in and answers no query.
    !(asks && 'script' in cell.target && letsIn(cell))
}

function letsIn(cell: SuiteCell): boolean {
  return 'libpq' in cell && 'outcome' in (cell.stricter?.outcome ?? cell.libpq)
}

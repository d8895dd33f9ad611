import type { Cell } from '../cell.ts'
import { MATCH, MISMATCH, NAME_TABLE, shows } from './identity-outcomes.ts'
import { type CellRow, cellsOf } from './row.ts'

const WILDCARDS: readonly CellRow[] = [
  {
    id: 'wildcard/a.db.test',
    target: shows('wildcard'),
    parameters: { host: 'a.db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'wildcard/A.DB.TEST',
    target: shows('wildcard'),
    parameters: { host: 'A.DB.TEST' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'wildcard/a.b.db.test',
    target: shows('wildcard'),
    parameters: { host: 'a.b.db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'wildcard/db.test',
    target: shows('wildcard'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'wildcard/.db.test',
    target: shows('wildcard'),
    parameters: { host: '.db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'wildcardTopLevel/db.test',
    target: shows('wildcardTopLevel'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'wildcardPartial/db.test',
    target: shows('wildcardPartial'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'wildcardBare/db.test',
    target: shows('wildcardBare'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'wildcardMiddle/a.b.test',
    target: shows('wildcardMiddle'),
    parameters: { host: 'a.b.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'commonNameWildcard/a.db.test',
    target: shows('commonNameWildcard'),
    parameters: { host: 'a.db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'commonNameWildcard/db.test',
    target: shows('commonNameWildcard'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
]

/** The host against wildcards in the names of the certificate. */
export const WILDCARD_CELLS: readonly Cell[] = cellsOf('VF-NAME-003', WILDCARDS, NAME_TABLE)

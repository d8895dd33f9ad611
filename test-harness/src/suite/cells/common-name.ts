import type { Cell } from '../cell.ts'
import { MATCH, MISMATCH, NAME_TABLE, shows } from './identity-outcomes.ts'
import { type CellRow, cellsOf } from './row.ts'

const COMMON_NAMES: readonly CellRow[] = [
  {
    id: 'dnsName/ignored.test',
    target: shows('dnsName'),
    parameters: { host: 'ignored.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'commonName/db.test',
    target: shows('commonName'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'commonName/other.test',
    target: shows('commonName'),
    parameters: { host: 'other.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
  {
    id: 'commonNameUpper/db.test',
    target: shows('commonNameUpper'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'commonNameBesideAddress/db.test',
    target: shows('commonNameBesideAddress'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'commonNameBesideEmail/db.test',
    target: shows('commonNameBesideEmail'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'commonNameOnlyAddress/127.0.0.1',
    target: shows('commonNameOnlyAddress'),
    parameters: { host: '127.0.0.1' },
    expected: MATCH,
  },
  {
    id: 'commonNameAddress/127.0.0.1',
    target: shows('commonNameAddress'),
    parameters: { host: '127.0.0.1' },
    expected: MATCH,
  },
  {
    id: 'commonNameAddressBesideAddress/127.0.0.1',
    target: shows('commonNameAddressBesideAddress'),
    parameters: { host: '127.0.0.1' },
    expected: MISMATCH,
  },
  {
    id: 'commonNameTwice/first.test',
    target: shows('commonNameTwice'),
    parameters: { host: 'first.test' },
    needs: ['hostaddr'],
    expected: MATCH,
  },
  {
    id: 'commonNameTwice/db.test',
    target: shows('commonNameTwice'),
    parameters: { host: 'db.test' },
    needs: ['hostaddr'],
    expected: MISMATCH,
  },
]

/** The host against the certificate's common name, which counts without a suitable alternative name alone. */
export const COMMON_NAME_CELLS: readonly Cell[] = cellsOf('VF-NAME-002', COMMON_NAMES, NAME_TABLE)

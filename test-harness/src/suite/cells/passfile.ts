import type { Cell } from '../cell.ts'
import { refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const PASSFILES: readonly CellRow[] = [
  {
    id: 'home',
    title: '~/.pgpass has the password',
    home: 'passfile',
    needs: ['passfile'],
    expected: TLS,
  },
  {
    id: 'home-open',
    title: '~/.pgpass can be read by others',
    home: 'open-passfile',
    needs: ['passfile'],
    expected: refused(['password', 'config']),
  },
  {
    id: 'environment',
    title: 'PGPASSFILE has the password',
    environment: { PGPASSFILE: '{passfile}' },
    needs: ['environment', 'passfile'],
    expected: TLS,
  },
  {
    id: 'parameter',
    title: 'passfile has the password',
    parameters: { passfile: '{passfile}' },
    needs: ['passfile'],
    expected: TLS,
  },
  {
    id: 'password-first',
    title: 'a wrong PGPASSWORD beside the right passfile',
    parameters: { passfile: '{passfile}' },
    environment: { PGPASSWORD: 'wrong' },
    needs: ['environment', 'passfile'],
    expected: refused('password'),
  },
  {
    id: 'none',
    title: 'no password anywhere',
    expected: refused('password'),
  },
]

/** Passwords from files. */
export const PASSFILE_CELLS: readonly Cell[] = cellsOf('VF-SETT-004', PASSFILES, {
  target: { role: 'scram_user', withoutPassword: true },
  parameters: { sslmode: 'require' },
})

import type { Cell } from '../cell.ts'
import { refused, TLS } from '../outcome.ts'
import type { RealTarget } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const SCRAM: RealTarget = { role: 'scram_user', withoutPassword: true }
const REQUIRE = { sslmode: 'require' }

const PASSFILES: readonly CellRow[] = [
  {
    id: 'home',
    title: '~/.pgpass has the password',
    target: SCRAM,
    parameters: REQUIRE,
    home: 'passfile',
    needs: ['passfile'],
    expected: { libpq: TLS },
  },
  {
    id: 'home-open',
    title: '~/.pgpass can be read by others',
    target: SCRAM,
    parameters: REQUIRE,
    home: 'open-passfile',
    needs: ['passfile'],
    expected: { libpq: refused(['password', 'config']) },
  },
  {
    id: 'environment',
    title: 'PGPASSFILE has the password',
    target: SCRAM,
    parameters: REQUIRE,
    environment: { PGPASSFILE: '{passfile}' },
    needs: ['environment', 'passfile'],
    expected: { libpq: TLS },
  },
  {
    id: 'parameter',
    title: 'passfile has the password',
    target: SCRAM,
    parameters: { ...REQUIRE, passfile: '{passfile}' },
    needs: ['passfile'],
    expected: { libpq: TLS },
  },
  {
    id: 'password-first',
    title: 'a wrong PGPASSWORD beside the right passfile',
    target: SCRAM,
    parameters: { ...REQUIRE, passfile: '{passfile}' },
    environment: { PGPASSWORD: 'wrong' },
    needs: ['environment', 'passfile'],
    expected: { libpq: refused('password') },
  },
  {
    id: 'none',
    title: 'no password anywhere',
    target: SCRAM,
    parameters: REQUIRE,
    expected: { libpq: refused('password') },
  },
]

/** Passwords from files. */
export const PASSFILE_CELLS: readonly Cell[] = cellsOf('VF-SETT-004', PASSFILES)

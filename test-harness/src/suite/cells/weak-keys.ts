import type { Cell } from '../cell.ts'
import { type Expected, orStricter, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const VERIFY = refused('verify')
/** libpq leaves this to OpenSSL, whose security level depends on its build, so refusal is always right. */
const WEAK: Expected = { ...orStricter(TLS, VERIFY, 'weak-keys'), orLibpq: VERIFY }

const KEYS: readonly CellRow[] = [
  {
    id: 'smallKey',
    title: 'sslmode=verify-full, certificate smallKey',
    target: { role: 'trust_user', certificate: 'smallKey' },
    expected: WEAK,
  },
  {
    id: 'rsa',
    title: 'sslmode=verify-full, certificate rsa',
    target: { role: 'trust_user', certificate: 'rsa' },
    expected: TLS,
  },
  {
    id: 'sha1',
    title: 'sslmode=verify-full, certificate sha1',
    target: { role: 'trust_user', certificate: 'sha1' },
    expected: WEAK,
  },
]

/** Server certificates with a weak key or signature. */
export const WEAK_KEY_CELLS: readonly Cell[] = cellsOf('VF-CHAIN-003', KEYS, {
  parameters: { sslmode: 'verify-full', sslrootcert: '{root}' },
})

import type { Cell } from '../cell.ts'
import { orStricter, refused, refusedTwice, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const WRONG = refused('password')

/** Outcomes that only the server decides, and the number of password messages. */
const PASSWORDS: readonly CellRow[] = [
  {
    id: 'scram-right',
    title: 'the password, server asks for scram',
    target: { role: 'scram_user', withoutPassword: true },
    parameters: { password: '{password}' },
    expected: TLS,
  },
  {
    id: 'md5-right',
    title: 'the password, server asks for md5',
    target: { role: 'md5_user', withoutPassword: true },
    parameters: { password: '{password}' },
    expected: TLS,
  },
  {
    id: 'password-right',
    title: 'the password, server asks for password',
    target: { role: 'password_user', withoutPassword: true },
    parameters: { password: '{password}' },
    expected: TLS,
  },
  {
    id: 'scram',
    title: 'a wrong password, server asks for scram',
    target: { role: 'scram_user', withoutPassword: true },
    parameters: { password: 'wrong' },
    expected: WRONG,
  },
  {
    id: 'md5',
    title: 'a wrong password, server asks for md5',
    target: { role: 'md5_user', withoutPassword: true },
    parameters: { password: 'wrong' },
    expected: WRONG,
  },
  {
    id: 'password',
    title: 'a wrong password, server asks for password',
    target: { role: 'password_user', withoutPassword: true },
    parameters: { password: 'wrong' },
    expected: WRONG,
  },
  {
    id: 'plaintext',
    title: 'a wrong password without TLS, server asks for scram',
    target: { role: 'scram_user', withoutPassword: true },
    parameters: { sslmode: 'disable', password: 'wrong' },
    expected: WRONG,
  },
  {
    id: 'prefer',
    title: 'a wrong password under prefer, server asks for scram',
    target: { role: 'scram_user', withoutPassword: true },
    parameters: { sslmode: 'prefer', password: 'wrong' },
    expected: orStricter(refusedTwice('password', 'password'), WRONG, 'password-is-final'),
  },
  {
    id: 'prefer-cleartext',
    title: 'a wrong cleartext password under prefer, server asks for password',
    target: { role: 'password_user', withoutPassword: true },
    parameters: { sslmode: 'prefer', password: 'wrong' },
    expected: orStricter(refusedTwice('password', 'password'), WRONG, 'password-is-final'),
  },
  {
    id: 'allow',
    title: 'a wrong password under allow, server asks for scram',
    target: { role: 'scram_user', withoutPassword: true },
    parameters: { sslmode: 'allow', password: 'wrong' },
    expected: refusedTwice('password', 'password'),
  },
  {
    id: 'none',
    title: 'no password, server asks for scram',
    target: { role: 'scram_user', withoutPassword: true },
    expected: WRONG,
  },
  {
    id: 'reject',
    title: 'a role that is rejected, server asks for reject',
    target: { role: 'reject_user', withoutPassword: true },
    expected: refused('hba'),
  },
  {
    id: 'database',
    title: 'a database that is not there, server asks for trust',
    target: { role: 'trust_user', withoutPassword: true },
    parameters: { sslmode: 'prefer', dbname: 'nowhere' },
    expected: refused('server'),
  },
]

/** The client's passwords, right, wrong and absent. */
export const PASSWORD_CELLS: readonly Cell[] = cellsOf('VF-AUTH-002', PASSWORDS, {
  parameters: { sslmode: 'require' },
})

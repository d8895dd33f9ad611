import type { Cell } from '../cell.ts'
import { orStricter, PLAIN_SECOND, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const isRoot = process.getuid?.() === 0
const OPEN = refused('key-permissions')

/** libpq's rule: a key of root's may be readable by its group, a user's own key by its owner alone. */
const PERMISSIONS: readonly CellRow[] = [
  {
    id: '0600',
    title: 'a key of mode 0600',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0600.key}' },
    expected: TLS,
  },
  {
    id: '0400',
    title: 'a key of mode 0400',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0400.key}' },
    expected: TLS,
  },
  {
    id: '0700',
    title: 'a key of mode 0700',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0700.key}' },
    expected: TLS,
  },
  {
    id: '0640',
    title: 'a key of mode 0640',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0640.key}' },
    expected: isRoot ? TLS : OPEN,
  },
  {
    id: '0660',
    title: 'a key of mode 0660',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0660.key}' },
    expected: OPEN,
  },
  {
    id: '0644',
    title: 'a key of mode 0644',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0644.key}' },
    expected: OPEN,
  },
  {
    id: '0604',
    title: 'a key of mode 0604',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0604.key}' },
    expected: OPEN,
  },
  {
    id: 'fallback',
    title: 'sslmode=prefer, a key that others can read',
    parameters: { sslcert: '{client.crt}', sslkey: '{client-0644.key}', sslmode: 'prefer' },
    target: { role: 'trust_user' },
    expected: orStricter(PLAIN_SECOND, OPEN, 'verification-is-final'),
  },
]

/** Permissions of the client's key. */
export const KEY_PERMISSION_CELLS: readonly Cell[] = cellsOf('VF-CERT-002', PERMISSIONS, {
  subject: 'client certificate',
  target: { role: 'cert_user' },
  parameters: { sslmode: 'require' },
  needs: ['clientCertificates'],
})

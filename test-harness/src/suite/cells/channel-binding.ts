import type { Cell } from '../cell.ts'
import { PLAIN, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf, type OutcomeByValue } from './row.ts'

const UNBOUND = refused('channel-binding')

/** A method that cannot bind works unless binding is required. */
const WITHOUT_BINDING: OutcomeByValue = { disable: TLS, prefer: TLS, require: UNBOUND }

const METHODS: readonly CellRow[] = [
  {
    id: 'scram',
    title: 'SCRAM over TLS',
    target: { role: 'scram_user' },
    expected: { disable: TLS, prefer: TLS, require: TLS },
  },
  {
    id: 'scram-plaintext',
    title: 'SCRAM without TLS',
    target: { role: 'scram_user' },
    parameters: { sslmode: 'disable' },
    expected: { disable: PLAIN, prefer: PLAIN, require: UNBOUND },
  },
  { id: 'trust', title: 'trust over TLS', target: { role: 'trust_user' }, expected: WITHOUT_BINDING },
  {
    id: 'password',
    title: 'a cleartext password over TLS',
    target: { role: 'password_user' },
    expected: WITHOUT_BINDING,
  },
  { id: 'md5', title: 'md5 over TLS', target: { role: 'md5_user' }, expected: WITHOUT_BINDING },
  {
    id: 'cert',
    title: 'cert over TLS',
    target: { role: 'cert_user' },
    parameters: { sslcert: '{client.crt}', sslkey: '{client.key}' },
    expected: WITHOUT_BINDING,
  },
]

/** Channel binding with each method of the server. */
export const CHANNEL_BINDING_CELLS: readonly Cell[] = cellsOf('VF-BIND-001', METHODS, {
  across: 'channel_binding',
  parameters: { sslmode: 'require' },
  needs: ['channelBinding'],
})

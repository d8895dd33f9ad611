import type { Cell } from '../cell.ts'
import { CONFIG, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

/** A server before 17 treats a ClientHello as an invalid startup packet and closes the connection. */
const NOT_DIRECT = refused(['network', 'tls', 'protocol'])
const SINCE_17 = { version: 17, before: NOT_DIRECT }

const NEGOTIATIONS: readonly CellRow[] = [
  {
    id: 'direct/disable',
    title: 'sslnegotiation=direct, sslmode=disable',
    parameters: { sslnegotiation: 'direct', sslmode: 'disable' },
    expected: CONFIG,
  },
  {
    id: 'direct/allow',
    title: 'sslnegotiation=direct, sslmode=allow',
    parameters: { sslnegotiation: 'direct', sslmode: 'allow' },
    expected: CONFIG,
  },
  {
    id: 'direct/prefer',
    title: 'sslnegotiation=direct, sslmode=prefer',
    parameters: { sslnegotiation: 'direct', sslmode: 'prefer' },
    expected: CONFIG,
  },
  {
    id: 'direct/require',
    title: 'sslnegotiation=direct, sslmode=require',
    parameters: { sslnegotiation: 'direct', sslmode: 'require' },
    expected: TLS,
    says: ['ClientHello'],
    sinceServer: SINCE_17,
  },
  {
    id: 'direct/verify-ca',
    title: 'sslnegotiation=direct, sslmode=verify-ca',
    parameters: { sslnegotiation: 'direct', sslmode: 'verify-ca' },
    expected: TLS,
    says: ['ClientHello'],
    sinceServer: SINCE_17,
  },
  {
    id: 'direct/verify-full',
    title: 'sslnegotiation=direct, sslmode=verify-full',
    parameters: { sslnegotiation: 'direct', sslmode: 'verify-full' },
    expected: TLS,
    says: ['ClientHello'],
    sinceServer: SINCE_17,
  },
  {
    id: 'unset-mode',
    title: 'sslnegotiation=direct without an sslmode, host=localhost',
    parameters: { sslnegotiation: 'direct', host: 'localhost' },
    expected: CONFIG,
  },
  {
    id: 'wrong-root',
    title: 'sslnegotiation=direct, another CA',
    parameters: { sslnegotiation: 'direct', sslmode: 'verify-full', sslrootcert: '{other-root}' },
    expected: refused('verify'),
    sinceServer: SINCE_17,
  },
  {
    id: 'no-tls',
    title: 'sslnegotiation=direct, server without TLS',
    target: { role: 'trust_user', certificate: 'none' },
    parameters: { sslnegotiation: 'direct', sslmode: 'require' },
    expected: NOT_DIRECT,
    sinceServer: SINCE_17,
  },
  {
    id: 'system',
    title: 'sslnegotiation=direct with the system roots and no sslmode',
    parameters: { sslnegotiation: 'direct', sslrootcert: 'system' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
    expected: TLS,
    says: ['ClientHello'],
    sinceServer: SINCE_17,
  },
  {
    id: 'misspelt',
    title: 'sslnegotiation=Direct',
    parameters: { sslnegotiation: 'Direct', sslmode: 'require' },
    expected: CONFIG,
  },
  {
    id: 'postgres',
    title: 'sslnegotiation=postgres',
    parameters: { sslnegotiation: 'postgres', sslmode: 'require' },
    expected: TLS,
    says: ['SSLRequest ClientHello'],
    sinceServer: { version: 1, before: TLS },
  },
]

/** The start of TLS: by SSLRequest, or at once. */
export const NEGOTIATION_CELLS: readonly Cell[] = cellsOf('VF-NEGO-001', NEGOTIATIONS, {
  parameters: { sslrootcert: '{root}' },
  needs: ['directTls'],
})

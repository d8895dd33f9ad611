import type { Cell } from '../cell.ts'
import { refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const SILENT: readonly CellRow[] = [
  {
    id: 'honest',
    title: 'server answers in time',
    target: { script: (tls) => ({ ssl: 'S', tls }) },
    expected: TLS,
  },
  {
    id: 'ssl-request',
    title: 'server does not answer SSLRequest',
    target: { script: () => ({ ssl: 'silence' }) },
    expected: refused('timeout'),
  },
  {
    id: 'handshake',
    title: 'server does not answer ClientHello',
    target: { script: () => ({ ssl: 'S', tls: 'silence' }) },
    expected: refused('timeout'),
  },
  {
    id: 'startup',
    title: 'server does not answer StartupMessage',
    target: { script: (tls) => ({ ssl: 'S', tls, answers: ['silence'] }) },
    expected: refused('timeout'),
  },
]

/** Servers that stop responding. */
export const DEADLINE_CELLS: readonly Cell[] = cellsOf('VF-TIME-001', SILENT, {
  parameters: { sslmode: 'require', connect_timeout: '2' },
})

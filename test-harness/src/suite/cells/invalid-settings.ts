import type { Cell } from '../cell.ts'
import { CONFIG, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const INVALID: readonly CellRow[] = [
  { id: 'mode-upper-case', parameters: { sslmode: 'Require' }, expected: CONFIG },
  { id: 'mode-underscore', parameters: { sslmode: 'verify_full' }, expected: CONFIG },
  { id: 'mode-no-verify', parameters: { sslmode: 'no-verify' }, expected: CONFIG },
  { id: 'keyword-upper-case', parameters: { SSLMODE: 'require' }, expected: CONFIG },
  { id: 'keyword-unknown', parameters: { uselibpqcompat: 'true' }, expected: CONFIG },
  { id: 'port-not-a-number', parameters: { port: 'postgres' }, expected: CONFIG },
  { id: 'port-too-large', parameters: { port: '65536' }, expected: CONFIG },
  // libpq parses it when the first wait begins, with a connection under way
  { id: 'timeout-not-a-number', parameters: { connect_timeout: 'soon' }, expected: { refused: 'config' } },
  { id: 'channel-binding-unknown', parameters: { channel_binding: 'required' }, expected: CONFIG },
  {
    id: 'mode-in-environment',
    title: 'PGSSLMODE=true',
    environment: { PGSSLMODE: 'true' },
    needs: ['environment'],
    expected: CONFIG,
  },
  { id: 'mode-good', parameters: { sslmode: 'require' }, expected: TLS },
]

/** Invalid settings, refused before anything is sent. */
export const INVALID_SETTING_CELLS: readonly Cell[] = cellsOf('VF-SETT-002', INVALID)

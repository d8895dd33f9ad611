import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, orStricter, PLAIN_SECOND, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

/** The session's version of TLS, as the server sees it. */
const TLS_1_2 = { version: 'TLSv1.2' }
const TLS_1_3 = { version: 'TLSv1.3' }
/** Verifull's lowest version is 1.2. */
const TOO_LOW: Expected = orStricter(TLS, CONFIG, 'tls-1.2')

const RANGES: readonly CellRow[] = [
  { id: 'default', title: 'default', expected: TLS, seen: TLS_1_3 },
  { id: 'min-1.3', parameters: { ssl_min_protocol_version: 'TLSv1.3' }, expected: TLS, seen: TLS_1_3 },
  { id: 'min-lower-case', parameters: { ssl_min_protocol_version: 'tlsv1.3' }, expected: TLS, seen: TLS_1_3 },
  { id: 'max-1.2', parameters: { ssl_max_protocol_version: 'TLSv1.2' }, expected: TLS, seen: TLS_1_2 },
  {
    id: 'only-1.2',
    parameters: { ssl_min_protocol_version: 'TLSv1.2', ssl_max_protocol_version: 'TLSv1.2' },
    expected: TLS,
    seen: TLS_1_2,
  },
  {
    id: 'only-1.3',
    parameters: { ssl_min_protocol_version: 'TLSv1.3', ssl_max_protocol_version: 'TLSv1.3' },
    expected: TLS,
    seen: TLS_1_3,
  },
  {
    id: 'crossed',
    parameters: { ssl_min_protocol_version: 'TLSv1.3', ssl_max_protocol_version: 'TLSv1.2' },
    expected: CONFIG,
  },
  { id: 'max-below-default-min', parameters: { ssl_max_protocol_version: 'TLSv1' }, expected: CONFIG },
  { id: 'sslv3', parameters: { ssl_min_protocol_version: 'SSLv3' }, expected: CONFIG },
  { id: 'not-a-version', parameters: { ssl_min_protocol_version: '1.3' }, expected: CONFIG },
  { id: 'min-1.0', parameters: { ssl_min_protocol_version: 'TLSv1' }, expected: TOO_LOW, seen: TLS_1_3 },
  { id: 'min-1.1', parameters: { ssl_min_protocol_version: 'TLSv1.1' }, expected: TOO_LOW, seen: TLS_1_3 },
]

const OLD_SERVERS: readonly CellRow[] = [
  {
    id: 'server-1.2',
    title: 'ssl_min_protocol_version=TLSv1.3, server speaks TLS 1.2 at most',
    target: { certificate: 'good', script: (tls) => ({ ssl: 'S', tls: { ...tls, maxVersion: 'TLSv1.2' } }) },
    parameters: { ssl_min_protocol_version: 'TLSv1.3' },
    expected: {
      require: refused('tls'),
      prefer: orStricter(PLAIN_SECOND, refused('tls'), 'verification-is-final'),
    },
  },
]

/** The range of TLS versions. */
export const TLS_VERSION_CELLS: readonly Cell[] = [
  ...cellsOf('VF-PROT-001', RANGES, {
    subject: 'TLS versions',
    parameters: { sslmode: 'require' },
    needs: ['protocolRange'],
  }),
  ...cellsOf('VF-PROT-001', OLD_SERVERS, { needs: ['protocolRange'] }),
]

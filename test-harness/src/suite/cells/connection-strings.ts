import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, orStricter, refused, TLS } from '../outcome.ts'
import type { RealTarget } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const NO_TLS: RealTarget = { role: 'trust_user', certificate: 'none' }
const BOTH: RealTarget = { role: 'trust_user' }
const SCRAM: RealTarget = { role: 'scram_user', withoutPassword: true }
const REFUSED_N: Expected = { libpq: refused('no-tls') }
const WRONG: Expected = { libpq: CONFIG }
const ENCODING: Expected = orStricter(TLS, CONFIG, 'client-encoding')
const CONTRADICTION: Expected = orStricter(refused('no-tls'), CONFIG, 'unknown-settings')

const wrong = (id: string, parameters: Readonly<Record<string, string>>): CellRow => ({
  id,
  title: Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
  target: BOTH,
  parameters,
  expected: WRONG,
})

const STRICTNESS: readonly CellRow[] = [
  wrong('mode-upper-case', { sslmode: 'Require' }),
  wrong('mode-underscore', { sslmode: 'verify_full' }),
  wrong('mode-no-verify', { sslmode: 'no-verify' }),
  wrong('keyword-upper-case', { SSLMODE: 'require' }),
  wrong('keyword-unknown', { uselibpqcompat: 'true' }),
  wrong('port-not-a-number', { port: 'postgres' }),
  wrong('port-too-large', { port: '65536' }),
  // libpq parses it when the first wait begins, with a connection under way
  { ...wrong('timeout-not-a-number', { connect_timeout: 'soon' }), expected: { libpq: { refused: 'config' } } },
  wrong('channel-binding-unknown', { channel_binding: 'required' }),
  {
    id: 'mode-in-environment',
    title: 'PGSSLMODE=true',
    target: BOTH,
    environment: { PGSSLMODE: 'true' },
    needs: ['environment'],
    expected: WRONG,
  },
  {
    id: 'mode-good',
    title: 'sslmode=require',
    target: BOTH,
    parameters: { sslmode: 'require' },
    expected: { libpq: TLS },
  },
]

const uri = (
  id: string,
  query: string,
  target: RealTarget,
  expected: Expected,
  authority = '{user}@127.0.0.1:{port}',
): CellRow => ({
  id,
  title: `postgresql://${authority}/app${query}`,
  target,
  parameters: {},
  uri: `postgresql://${authority}/app${query}`,
  needs: ['uri'],
  expected,
})

const URIS: readonly CellRow[] = [
  uri('mode', '?sslmode=require', NO_TLS, REFUSED_N),
  uri('ssl-true', '?ssl=true', NO_TLS, REFUSED_N),
  uri('ssl-true-both', '?ssl=true', BOTH, { libpq: TLS }),
  uri('ssl-false', '?ssl=false', BOTH, WRONG),
  uri('ssl-require', '?ssl=require', BOTH, WRONG),
  uri('repeated', '?sslmode=prefer&sslmode=require', NO_TLS, CONTRADICTION),
  uri('unknown', '?uselibpqcompat=true', BOTH, WRONG),
  uri('misspelt', '?sslmode=verify_full', BOTH, WRONG),
  uri('percent-broken', '?sslmode=requir%6', BOTH, WRONG),
  uri('percent', '?sslmode=requir%65', BOTH, { libpq: TLS }),
  {
    ...uri(
      'host-in-query',
      '?sslmode=verify-full&sslrootcert={root}&host=db.test&hostaddr=127.0.0.1&port={port}',
      BOTH,
      { libpq: TLS },
      '{user}@',
    ),
    needs: ['uri', 'hostaddr'],
  },
  uri('encoding', '?sslmode=require&client_encoding=LATIN1', BOTH, ENCODING),
  uri('encoding-utf8', '?sslmode=require&client_encoding=utf-8', BOTH, { libpq: TLS }),
  uri('encoding-in-options', '?sslmode=require&options=-c%20client_encoding%3DLATIN1', BOTH, ENCODING),
  uri('password', '?sslmode=require', SCRAM, { libpq: TLS }, '{user}:{password}@127.0.0.1:{port}'),
  uri(
    'password-hash',
    '?sslmode=require',
    SCRAM,
    { libpq: refused('password') },
    '{user}:with%23hash@127.0.0.1:{port}',
  ),
  {
    ...uri('several', '?sslmode=require', BOTH, { libpq: TLS }, '{user}@127.0.0.1:{closed},127.0.0.1:{port}'),
    needs: ['uri', 'severalHosts'],
  },
  {
    id: 'conninfo',
    title: 'a conninfo string with quotes',
    target: BOTH,
    parameters: {},
    uri: "host = 127.0.0.1 port={port} dbname='app' user={user} sslmode='require'",
    needs: ['uri'],
    expected: { libpq: TLS },
  },
  {
    id: 'conninfo-broken',
    title: 'a conninfo string without its last quote',
    target: BOTH,
    parameters: {},
    uri: "host=127.0.0.1 port={port} sslmode='require",
    needs: ['uri'],
    expected: WRONG,
  },
]

/** Invalid settings, refused before anything is sent, and the meaning of URIs. */
export const CONNECTION_STRING_CELLS: readonly Cell[] = [
  ...cellsOf('VF-SETT-002', STRICTNESS),
  ...cellsOf('VF-SETT-003', URIS),
]

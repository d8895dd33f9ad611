import type { Cell } from '../cell.ts'
import { CONFIG, orStricter, refused, TLS } from '../outcome.ts'
import type { RealTarget } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const NO_TLS: RealTarget = { role: 'trust_user', certificate: 'none' }
const SCRAM: RealTarget = { role: 'scram_user', withoutPassword: true }
const ENCODING = orStricter(TLS, CONFIG, 'client-encoding')

const URIS: readonly CellRow[] = [
  {
    id: 'mode',
    target: NO_TLS,
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=require',
    expected: refused('no-tls'),
  },
  {
    id: 'ssl-true',
    target: NO_TLS,
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?ssl=true',
    expected: refused('no-tls'),
  },
  {
    id: 'ssl-true-both',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?ssl=true',
    expected: TLS,
  },
  {
    id: 'ssl-false',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?ssl=false',
    expected: CONFIG,
  },
  {
    id: 'ssl-require',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?ssl=require',
    expected: CONFIG,
  },
  {
    id: 'repeated',
    target: NO_TLS,
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=prefer&sslmode=require',
    expected: orStricter(refused('no-tls'), CONFIG, 'unknown-settings'),
  },
  {
    id: 'unknown',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?uselibpqcompat=true',
    expected: CONFIG,
  },
  {
    id: 'misspelt',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=verify_full',
    expected: CONFIG,
  },
  {
    id: 'percent-broken',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=requir%6',
    expected: CONFIG,
  },
  {
    id: 'percent',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=requir%65',
    expected: TLS,
  },
  {
    id: 'host-in-query',
    uri: 'postgresql://{user}@/app?sslmode=verify-full&sslrootcert={root}&host=db.test&hostaddr=127.0.0.1&port={port}',
    needs: ['hostaddr'],
    expected: TLS,
  },
  {
    id: 'encoding',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=require&client_encoding=LATIN1',
    expected: ENCODING,
  },
  {
    id: 'encoding-utf8',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=require&client_encoding=utf-8',
    expected: TLS,
  },
  {
    id: 'encoding-in-options',
    uri: 'postgresql://{user}@127.0.0.1:{port}/app?sslmode=require&options=-c%20client_encoding%3DLATIN1',
    expected: ENCODING,
  },
  {
    id: 'password',
    target: SCRAM,
    uri: 'postgresql://{user}:{password}@127.0.0.1:{port}/app?sslmode=require',
    expected: TLS,
  },
  {
    id: 'password-hash',
    target: SCRAM,
    uri: 'postgresql://{user}:with%23hash@127.0.0.1:{port}/app?sslmode=require',
    expected: refused('password'),
  },
  {
    id: 'several',
    uri: 'postgresql://{user}@127.0.0.1:{closed},127.0.0.1:{port}/app?sslmode=require',
    needs: ['severalHosts'],
    expected: TLS,
  },
  {
    id: 'conninfo',
    title: 'a conninfo string with quotes',
    uri: "host = 127.0.0.1 port={port} dbname='app' user={user} sslmode='require'",
    expected: TLS,
  },
  {
    id: 'conninfo-broken',
    title: 'a conninfo string without its last quote',
    uri: "host=127.0.0.1 port={port} sslmode='require",
    expected: CONFIG,
  },
]

/** The meaning of connection strings. */
export const URI_CELLS: readonly Cell[] = cellsOf('VF-SETT-003', URIS, { needs: ['uri'] })

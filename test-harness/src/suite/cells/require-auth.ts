import type { RoleName } from '../../postgres/roles.ts'
import type { Cell } from '../cell.ts'
import { CONFIG, type Outcome, orStricter, refused, TLS } from '../outcome.ts'
import { type CellRow, cellsOf, type RowOutcome } from './row.ts'

type Method = 'trust' | 'password' | 'md5' | 'scram'

const ROLES: Readonly<Record<Method, RoleName>> = {
  trust: 'trust_user',
  password: 'password_user',
  md5: 'md5_user',
  scram: 'scram_user',
}

const NO = refused('auth-method')
const INVALID = { trust: CONFIG, password: CONFIG, md5: CONFIG, scram: CONFIG }
const empty = (libpq: Outcome): RowOutcome => orStricter(libpq, CONFIG, 'unknown-settings')

/** Outcome of each `require_auth` for each method of the server; to libpq, an absent and an empty one differ. */
// biome-ignore format: a table reads in columns
const REQUIRE_AUTH: Readonly<Record<string, Readonly<Record<Method, RowOutcome>>>> = {
  unset:                    { trust: TLS,        password: TLS,       md5: TLS,       scram: TLS },
  empty:                    { trust: empty(TLS), password: empty(NO), md5: empty(NO), scram: empty(NO) },
  none:                     { trust: TLS,        password: NO,        md5: NO,        scram: NO },
  password:                 { trust: NO,         password: TLS,       md5: NO,        scram: NO },
  md5:                      { trust: NO,         password: NO,        md5: TLS,       scram: NO },
  'scram-sha-256':          { trust: NO,         password: NO,        md5: NO,        scram: TLS },
  'scram-sha-256,md5':      { trust: NO,         password: NO,        md5: TLS,       scram: TLS },
  'scram-sha-256,none':     { trust: TLS,        password: NO,        md5: NO,        scram: TLS },
  'gss,sspi':               { trust: NO,         password: NO,        md5: NO,        scram: NO },
  '!none':                  { trust: NO,         password: TLS,       md5: TLS,       scram: TLS },
  '!password':              { trust: TLS,        password: NO,        md5: TLS,       scram: TLS },
  '!password,!md5':         { trust: TLS,        password: NO,        md5: NO,        scram: TLS },
  '!scram-sha-256':         { trust: TLS,        password: TLS,       md5: TLS,       scram: NO },
  '!password,!md5,!none':   { trust: NO,         password: NO,        md5: NO,        scram: TLS },
  'password,!md5':          INVALID,
  'md5,md5':                INVALID,
  'scram-sha-512':          INVALID,
}

/** Title and parameters of two rows whose name is not their value. */
const NAMED: Readonly<Record<string, Required<Pick<CellRow, 'title' | 'parameters'>>>> = {
  unset: { title: 'require_auth not given', parameters: {} },
  empty: { title: "require_auth=''", parameters: { require_auth: '' } },
}

const ROWS = Object.entries(REQUIRE_AUTH).flatMap(([value, outcomes]) => {
  const setting = NAMED[value] ?? { title: `require_auth=${value}`, parameters: { require_auth: value } }
  return keysOf(outcomes).map(
    (method): CellRow => ({
      id: `${value}/${method}`,
      title: `${setting.title}, server asks for ${method}`,
      target: { role: ROLES[method] },
      parameters: setting.parameters,
      expected: outcomes[method],
    }),
  )
})

function keysOf(outcomes: Readonly<Record<Method, unknown>>): readonly Method[] {
  return Object.keys(outcomes) as Method[]
}

/** Methods of authentication that the client accepts. */
export const REQUIRE_AUTH_CELLS: readonly Cell[] = cellsOf('VF-AUTH-001', ROWS, {
  parameters: { sslmode: 'require' },
  needs: ['requireAuth'],
})

import type { RoleName } from '../../postgres/roles.ts'
import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, type Outcome, orStricter, PLAIN, refused, refusedTwice, TLS } from '../outcome.ts'

type Method = 'trust' | 'password' | 'md5' | 'scram'

const ROLES: Readonly<Record<Method, RoleName>> = {
  trust: 'trust_user',
  password: 'password_user',
  md5: 'md5_user',
  scram: 'scram_user',
}

const NO = refused('auth-method')

type MethodRow = Readonly<Record<Method, Outcome>>
const row = (trust: Outcome, password: Outcome, md5: Outcome, scram: Outcome): MethodRow => ({
  trust,
  password,
  md5,
  scram,
})
const CONFIG_ROW = row(CONFIG, CONFIG, CONFIG, CONFIG)

/** Outcome of each `require_auth` for each method of the server. */
// biome-ignore format: a table reads in columns
const REQUIRE_AUTH: Readonly<Record<string, MethodRow>> = {
  //                             trust password md5  scram
  '':                        row(TLS, NO,      NO,  NO),
  none:                      row(TLS, NO,      NO,  NO),
  password:                  row(NO,  TLS,     NO,  NO),
  md5:                       row(NO,  NO,      TLS, NO),
  'scram-sha-256':           row(NO,  NO,      NO,  TLS),
  'scram-sha-256,md5':       row(NO,  NO,      TLS, TLS),
  'scram-sha-256,none':      row(TLS, NO,      NO,  TLS),
  'gss,sspi':                row(NO,  NO,      NO,  NO),
  '!none':                   row(NO,  TLS,     TLS, TLS),
  '!password':               row(TLS, NO,      TLS, TLS),
  '!password,!md5':          row(TLS, NO,      NO,  TLS),
  '!scram-sha-256':          row(TLS, TLS,     TLS, NO),
  '!password,!md5,!none':    row(NO,  NO,      NO,  TLS),
  'password,!md5':           CONFIG_ROW,
  'md5,md5':                 CONFIG_ROW,
  'scram-sha-512':           CONFIG_ROW,
}

const METHODS = Object.keys(ROLES) as readonly Method[]

/** To libpq, an absent and an empty parameter differ. */
const UNSET: MethodRow = row(TLS, TLS, TLS, TLS)

const requireAuthCells = (value: string | undefined, outcomes: MethodRow): Cell[] =>
  METHODS.map((method) => ({
    id: `VF-AUTH-001/${value === undefined ? 'unset' : value || 'empty'}/${method}`,
    requirement: 'VF-AUTH-001',
    title: `require_auth${value === undefined ? ' not given' : `=${value || "''"}`}, server asks for ${method}`,
    target: { role: ROLES[method] },
    parameters: { sslmode: 'require', ...(value === undefined ? {} : { require_auth: value }) },
    needs: ['requireAuth'],
    ...(value === '' ? orStricter(outcomes[method], CONFIG, 'unknown-settings') : { libpq: outcomes[method] }),
  }))

const REQUIRE_AUTH_CELLS = [
  ...requireAuthCells(undefined, UNSET),
  ...Object.entries(REQUIRE_AUTH).flatMap(([value, outcomes]) => requireAuthCells(value, outcomes)),
]

const BOUND = refused('channel-binding')

interface BindingRow {
  readonly title: string
  readonly role: RoleName
  readonly parameters: Readonly<Record<string, string>>
  readonly expected: Readonly<Record<'disable' | 'prefer' | 'require', Outcome>>
}

const binding = (
  title: string,
  role: RoleName,
  session: Outcome,
  required: Outcome,
  parameters: Readonly<Record<string, string>> = { sslmode: 'require' },
): BindingRow => ({ title, role, parameters, expected: { disable: session, prefer: session, require: required } })

const BINDINGS: Readonly<Record<string, BindingRow>> = {
  scram: binding('SCRAM over TLS', 'scram_user', TLS, TLS),
  'scram-plaintext': binding('SCRAM without TLS', 'scram_user', PLAIN, BOUND, { sslmode: 'disable' }),
  trust: binding('trust over TLS', 'trust_user', TLS, BOUND),
  password: binding('a cleartext password over TLS', 'password_user', TLS, BOUND),
  md5: binding('md5 over TLS', 'md5_user', TLS, BOUND),
  cert: binding('cert over TLS', 'cert_user', TLS, BOUND, {
    sslmode: 'require',
    sslcert: '{client.crt}',
    sslkey: '{client.key}',
  }),
}

const BINDING_CELLS = Object.entries(BINDINGS).flatMap(([id, { title, role, parameters, expected }]) =>
  Object.entries(expected).map(
    ([value, libpq]): Cell => ({
      id: `VF-BIND-001/${id}/${value}`,
      requirement: 'VF-BIND-001',
      title: `channel_binding=${value}, ${title}`,
      target: { role },
      parameters: { ...parameters, channel_binding: value },
      needs: ['channelBinding'],
      libpq,
    }),
  ),
)

const WRONG = refused('password')

/** Reasons that only the server can give, and the number of password messages. */
const PASSWORD_ROWS: readonly (readonly [string, RoleName, string, Readonly<Record<string, string>>, Expected])[] = [
  ['scram-right', 'scram_user', 'the password', { sslmode: 'require', password: '{password}' }, { libpq: TLS }],
  ['md5-right', 'md5_user', 'the password', { sslmode: 'require', password: '{password}' }, { libpq: TLS }],
  ['password-right', 'password_user', 'the password', { sslmode: 'require', password: '{password}' }, { libpq: TLS }],
  ['scram', 'scram_user', 'a wrong password', { sslmode: 'require', password: 'wrong' }, { libpq: WRONG }],
  ['md5', 'md5_user', 'a wrong password', { sslmode: 'require', password: 'wrong' }, { libpq: WRONG }],
  ['password', 'password_user', 'a wrong password', { sslmode: 'require', password: 'wrong' }, { libpq: WRONG }],
  [
    'plaintext',
    'scram_user',
    'a wrong password without TLS',
    { sslmode: 'disable', password: 'wrong' },
    { libpq: WRONG },
  ],
  [
    'prefer',
    'scram_user',
    'a wrong password under prefer',
    { sslmode: 'prefer', password: 'wrong' },
    orStricter(refusedTwice('password', 'password'), WRONG, 'password-is-final'),
  ],
  [
    'prefer-cleartext',
    'password_user',
    'a wrong cleartext password under prefer',
    { sslmode: 'prefer', password: 'wrong' },
    orStricter(refusedTwice('password', 'password'), WRONG, 'password-is-final'),
  ],
  [
    'allow',
    'scram_user',
    'a wrong password under allow',
    { sslmode: 'allow', password: 'wrong' },
    { libpq: refusedTwice('password', 'password') },
  ],
  ['none', 'scram_user', 'no password', { sslmode: 'require' }, { libpq: WRONG }],
  ['reject', 'reject_user', 'a role that is rejected', { sslmode: 'require' }, { libpq: refused('hba') }],
  [
    'database',
    'trust_user',
    'a database that is not there',
    { sslmode: 'prefer', dbname: 'nowhere' },
    { libpq: refused('server') },
  ],
]

const PASSWORD_CELLS = PASSWORD_ROWS.map(
  ([id, role, title, parameters, expected]): Cell => ({
    id: `VF-AUTH-002/${id}`,
    requirement: 'VF-AUTH-002',
    title: `${title}, server asks for ${role.replace('_user', '')}`,
    target: { role, withoutPassword: true },
    parameters,
    ...expected,
  }),
)

/** The client's responses to the server's authentication requests. */
export const AUTHENTICATION_CELLS: readonly Cell[] = [...REQUIRE_AUTH_CELLS, ...BINDING_CELLS, ...PASSWORD_CELLS]

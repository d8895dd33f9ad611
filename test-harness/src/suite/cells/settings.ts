import type { Cell, RealTarget } from '../cell.ts'
import { CONFIG, type Expected, orStricter, PLAIN, refused, TLS } from '../outcome.ts'

const NO_TLS: RealTarget = { role: 'trust_user', certificate: 'none' }
const BOTH: RealTarget = { role: 'trust_user' }
const SCRAM: RealTarget = { role: 'scram_user', withoutPassword: true }
const REFUSED_N: Expected = { libpq: refused('no-tls') }
const WRONG: Expected = { libpq: CONFIG }
const CONTRADICTION: Expected = orStricter(refused('no-tls'), CONFIG, 'unknown-settings')

type Row = Omit<Cell, 'requirement' | 'parameters' | 'libpq' | 'stricter'> & {
  readonly parameters?: Cell['parameters']
  readonly expected: Expected
}

const env = (environment: Readonly<Record<string, string>>): Pick<Cell, 'environment' | 'needs'> => ({
  environment,
  needs: ['environment'],
})
const service = (mode: 'require' | 'prefer'): Cell['environment'] & object => ({
  PGSERVICEFILE: `{service-${mode}}`,
  PGSERVICE: 'suite',
})

/** On a server that answers N, a strong mode is refused and a weak one is not: that tells which source won. */
const PRECEDENCE: readonly Row[] = [
  {
    id: 'environment',
    title: 'PGSSLMODE=require',
    target: NO_TLS,
    ...env({ PGSSLMODE: 'require' }),
    expected: REFUSED_N,
  },
  {
    id: 'parameter-over-environment',
    title: 'sslmode=require beside PGSSLMODE=prefer',
    target: NO_TLS,
    parameters: { sslmode: 'require' },
    ...env({ PGSSLMODE: 'prefer' }),
    expected: REFUSED_N,
  },
  {
    id: 'weaker-parameter-over-environment',
    title: 'sslmode=prefer beside PGSSLMODE=require',
    target: NO_TLS,
    parameters: { sslmode: 'prefer' },
    ...env({ PGSSLMODE: 'require' }),
    expected: orStricter(PLAIN, CONFIG, 'unknown-settings'),
  },
  { id: 'requiressl', title: 'PGREQUIRESSL=1', target: NO_TLS, ...env({ PGREQUIRESSL: '1' }), expected: REFUSED_N },
  {
    id: 'requiressl-beside-mode',
    title: 'PGREQUIRESSL=1 beside PGSSLMODE=prefer',
    target: NO_TLS,
    ...env({ PGREQUIRESSL: '1', PGSSLMODE: 'prefer' }),
    expected: orStricter(PLAIN, CONFIG, 'unknown-settings'),
  },
  {
    id: 'requiressl-zero',
    title: 'PGREQUIRESSL=0',
    target: NO_TLS,
    ...env({ PGREQUIRESSL: '0' }),
    expected: { libpq: PLAIN },
  },
  {
    id: 'service',
    title: 'sslmode=require in the service file',
    target: NO_TLS,
    environment: service('require'),
    needs: ['environment', 'serviceFile'],
    expected: REFUSED_N,
  },
  {
    id: 'service-over-environment',
    title: 'sslmode=require in the service file beside PGSSLMODE=prefer',
    target: NO_TLS,
    environment: { ...service('require'), PGSSLMODE: 'prefer' },
    needs: ['environment', 'serviceFile'],
    expected: CONTRADICTION,
  },
  {
    id: 'parameter-over-service',
    title: 'sslmode=require beside prefer in the service file',
    target: NO_TLS,
    parameters: { sslmode: 'require' },
    environment: service('prefer'),
    needs: ['environment', 'serviceFile'],
    expected: CONTRADICTION,
  },
  {
    id: 'service-unknown',
    title: 'a service that the file does not have',
    target: BOTH,
    environment: { ...service('require'), PGSERVICE: 'other' },
    needs: ['environment', 'serviceFile'],
    expected: WRONG,
  },
  {
    id: 'root-in-environment',
    title: 'PGSSLROOTCERT is another CA',
    target: BOTH,
    parameters: { sslmode: 'verify-full' },
    ...env({ PGSSLROOTCERT: '{other-root}' }),
    expected: { libpq: refused('verify') },
  },
  {
    id: 'root-in-environment-good',
    title: 'PGSSLROOTCERT is the right root',
    target: BOTH,
    parameters: { sslmode: 'verify-full' },
    ...env({ PGSSLROOTCERT: '{root}' }),
    expected: { libpq: TLS },
  },
  {
    id: 'system-without-mode',
    title: 'sslrootcert=system without an sslmode means verify-full',
    target: { role: 'trust_user', certificate: 'otherHost' },
    parameters: { sslrootcert: 'system' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
    expected: { libpq: refused('name') },
  },
  {
    id: 'system-trusted-without-root',
    title: 'verify-full without a root, the system holds the CA',
    target: BOTH,
    parameters: { sslmode: 'verify-full' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
    expected: orStricter(refused('no-root'), TLS, 'system-roots'),
  },
  {
    id: 'system-as-file',
    title: 'sslrootcert=./system is a file',
    target: BOTH,
    parameters: { sslmode: 'verify-full', sslrootcert: './system' },
    needs: ['systemRoots'],
    expected: { libpq: refused(['no-root', 'config']) },
  },
]

const wrong = (id: string, parameters: Readonly<Record<string, string>>): Row => ({
  id,
  title: Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
  target: BOTH,
  parameters,
  expected: WRONG,
})

const STRICTNESS: readonly Row[] = [
  wrong('mode-upper-case', { sslmode: 'Require' }),
  wrong('mode-underscore', { sslmode: 'verify_full' }),
  wrong('mode-no-verify', { sslmode: 'no-verify' }),
  wrong('keyword-upper-case', { SSLMODE: 'require' }),
  wrong('keyword-unknown', { uselibpqcompat: 'true' }),
  wrong('port-not-a-number', { port: 'postgres' }),
  wrong('port-too-large', { port: '65536' }),
  // libpq reads it only when it begins to wait, with the first connection under way
  { ...wrong('timeout-not-a-number', { connect_timeout: 'soon' }), expected: { libpq: { refused: 'config' } } },
  wrong('channel-binding-unknown', { channel_binding: 'required' }),
  { id: 'mode-in-environment', title: 'PGSSLMODE=true', target: BOTH, ...env({ PGSSLMODE: 'true' }), expected: WRONG },
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
): Row => ({
  id,
  title: `postgresql://${authority}/app${query}`,
  target,
  parameters: {},
  uri: `postgresql://${authority}/app${query}`,
  needs: ['uri'],
  expected,
})

const URIS: readonly Row[] = [
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
  uri(
    'host-in-query',
    '?sslmode=verify-full&sslrootcert={root}&host=db.test&hostaddr=127.0.0.1&port={port}',
    BOTH,
    { libpq: TLS },
    '{user}@',
  ),
  uri('password', '?sslmode=require', SCRAM, { libpq: TLS }, '{user}:{password}@127.0.0.1:{port}'),
  uri(
    'password-hash',
    '?sslmode=require',
    SCRAM,
    { libpq: refused('password') },
    '{user}:with%23hash@127.0.0.1:{port}',
  ),
  uri('several', '?sslmode=require', BOTH, { libpq: TLS }, '{user}@127.0.0.1:{closed},127.0.0.1:{port}'),
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

const REQUIRE = { sslmode: 'require' }

const PASSFILES: readonly Row[] = [
  {
    id: 'home',
    title: '~/.pgpass has the password',
    target: SCRAM,
    parameters: REQUIRE,
    home: 'passfile',
    needs: ['passfile'],
    expected: { libpq: TLS },
  },
  {
    id: 'home-open',
    title: '~/.pgpass can be read by others',
    target: SCRAM,
    parameters: REQUIRE,
    home: 'open-passfile',
    needs: ['passfile'],
    expected: { libpq: refused(['password', 'config']) },
  },
  {
    id: 'environment',
    title: 'PGPASSFILE has the password',
    target: SCRAM,
    parameters: REQUIRE,
    environment: { PGPASSFILE: '{passfile}' },
    needs: ['environment', 'passfile'],
    expected: { libpq: TLS },
  },
  {
    id: 'parameter',
    title: 'passfile has the password',
    target: SCRAM,
    parameters: { ...REQUIRE, passfile: '{passfile}' },
    needs: ['passfile'],
    expected: { libpq: TLS },
  },
  {
    id: 'password-first',
    title: 'a wrong PGPASSWORD beside the right passfile',
    target: SCRAM,
    parameters: { ...REQUIRE, passfile: '{passfile}' },
    ...env({ PGPASSWORD: 'wrong' }),
    expected: { libpq: refused('password') },
  },
  {
    id: 'none',
    title: 'no password anywhere',
    target: SCRAM,
    parameters: REQUIRE,
    expected: { libpq: refused('password') },
  },
]

const SILENT: readonly Row[] = [
  {
    id: 'ssl-request',
    title: 'server does not answer SSLRequest',
    target: { script: () => ({ ssl: 'silence' }) },
    parameters: { sslmode: 'require', connect_timeout: '2' },
    expected: { libpq: refused('timeout') },
  },
  {
    id: 'handshake',
    title: 'server does not answer ClientHello',
    target: { script: () => ({ ssl: 'S', tls: 'silence' }) },
    parameters: { sslmode: 'require', connect_timeout: '2' },
    expected: { libpq: refused('timeout') },
  },
  {
    id: 'startup',
    title: 'server does not answer StartupMessage',
    target: { script: (tls) => ({ ssl: 'S', tls, answers: ['silence'] }) },
    parameters: { sslmode: 'require', connect_timeout: '2' },
    expected: { libpq: refused('timeout') },
  },
]

const cells = (requirement: Cell['requirement'], rows: readonly Row[]): readonly Cell[] =>
  rows.map(({ id, parameters = {}, expected, ...row }) => ({
    ...row,
    id: `${requirement}/${id}`,
    requirement,
    parameters,
    ...expected,
  }))

/** Where settings come from, which one wins, and what is refused before anything is sent. */
export const SETTING_CELLS: readonly Cell[] = [
  ...cells('VF-SETT-001', PRECEDENCE),
  ...cells('VF-SETT-002', STRICTNESS),
  ...cells('VF-SETT-003', URIS),
  ...cells('VF-SETT-004', PASSFILES),
  ...cells('VF-TIME-001', SILENT),
]

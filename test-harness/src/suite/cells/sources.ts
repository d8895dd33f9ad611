import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, orStricter, PLAIN, refused, TLS } from '../outcome.ts'
import type { RealTarget } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const NO_TLS: RealTarget = { role: 'trust_user', certificate: 'none' }
const BOTH: RealTarget = { role: 'trust_user' }
const REFUSED_N: Expected = { libpq: refused('no-tls') }
const WRONG: Expected = { libpq: CONFIG }
const CONTRADICTION: Expected = orStricter(refused('no-tls'), CONFIG, 'unknown-settings')

const ENCODING: Expected = orStricter(TLS, CONFIG, 'client-encoding')

const env = (environment: Readonly<Record<string, string>>): Pick<Cell, 'environment' | 'needs'> => ({
  environment,
  needs: ['environment'],
})
const service = (mode: 'require' | 'prefer'): Cell['environment'] & object => ({
  PGSERVICEFILE: `{service-${mode}}`,
  PGSERVICE: 'suite',
})

const PRECEDENCE: readonly CellRow[] = [
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
    expected: CONTRADICTION,
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
    title: 'PGREQUIRESSL=0, host=localhost',
    target: NO_TLS,
    parameters: { host: 'localhost' },
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
    id: 'encoding-in-environment',
    title: 'PGCLIENTENCODING=LATIN1',
    target: BOTH,
    parameters: { sslmode: 'require' },
    ...env({ PGCLIENTENCODING: 'LATIN1' }),
    expected: ENCODING,
  },
  {
    id: 'encoding-over-environment',
    title: 'client_encoding=UTF8 beside PGCLIENTENCODING=LATIN1',
    target: BOTH,
    parameters: { sslmode: 'require', client_encoding: 'UTF8' },
    ...env({ PGCLIENTENCODING: 'LATIN1' }),
    expected: ENCODING,
  },
  {
    id: 'encoding-utf8',
    title: 'PGCLIENTENCODING=UTF8',
    target: BOTH,
    parameters: { sslmode: 'require' },
    ...env({ PGCLIENTENCODING: 'UTF8' }),
    expected: { libpq: TLS },
  },
  {
    id: 'encoding-in-options-environment',
    title: 'PGOPTIONS=-c client_encoding=LATIN1',
    target: BOTH,
    parameters: { sslmode: 'require' },
    ...env({ PGOPTIONS: '-c client_encoding=LATIN1' }),
    expected: ENCODING,
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

/** Sources of settings and their precedence. */
export const SOURCE_CELLS: readonly Cell[] = cellsOf('VF-SETT-001', PRECEDENCE)

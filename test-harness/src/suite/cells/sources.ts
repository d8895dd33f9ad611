import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, orStricter, PLAIN, refused, TLS } from '../outcome.ts'
import type { RealTarget } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const NO_TLS: RealTarget = { role: 'trust_user', certificate: 'none' }
const CONTRADICTION: Expected = orStricter(refused('no-tls'), CONFIG, 'unknown-settings')
const ENCODING: Expected = orStricter(TLS, CONFIG, 'client-encoding')

const service = (mode: 'require' | 'prefer'): Readonly<Record<string, string>> => ({
  PGSERVICEFILE: `{service-${mode}}`,
  PGSERVICE: 'suite',
})

const PRECEDENCE: readonly CellRow[] = [
  {
    id: 'environment',
    title: 'PGSSLMODE=require',
    target: NO_TLS,
    environment: { PGSSLMODE: 'require' },
    needs: ['environment'],
    expected: refused('no-tls'),
  },
  {
    id: 'parameter-over-environment',
    title: 'sslmode=require beside PGSSLMODE=prefer',
    target: NO_TLS,
    parameters: { sslmode: 'require' },
    environment: { PGSSLMODE: 'prefer' },
    needs: ['environment'],
    expected: CONTRADICTION,
  },
  {
    id: 'weaker-parameter-over-environment',
    title: 'sslmode=prefer beside PGSSLMODE=require',
    target: NO_TLS,
    parameters: { sslmode: 'prefer' },
    environment: { PGSSLMODE: 'require' },
    needs: ['environment'],
    expected: orStricter(PLAIN, CONFIG, 'unknown-settings'),
  },
  {
    id: 'requiressl',
    title: 'PGREQUIRESSL=1',
    target: NO_TLS,
    environment: { PGREQUIRESSL: '1' },
    needs: ['environment'],
    expected: refused('no-tls'),
  },
  {
    id: 'requiressl-beside-mode',
    title: 'PGREQUIRESSL=1 beside PGSSLMODE=prefer',
    target: NO_TLS,
    environment: { PGREQUIRESSL: '1', PGSSLMODE: 'prefer' },
    needs: ['environment'],
    expected: orStricter(PLAIN, CONFIG, 'unknown-settings'),
  },
  {
    id: 'requiressl-zero',
    title: 'PGREQUIRESSL=0, host=localhost',
    target: NO_TLS,
    parameters: { host: 'localhost' },
    environment: { PGREQUIRESSL: '0' },
    needs: ['environment'],
    expected: PLAIN,
  },
  {
    id: 'service',
    title: 'sslmode=require in the service file',
    target: NO_TLS,
    environment: service('require'),
    needs: ['environment', 'serviceFile'],
    expected: refused('no-tls'),
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
    environment: { ...service('require'), PGSERVICE: 'other' },
    needs: ['environment', 'serviceFile'],
    expected: CONFIG,
  },
  {
    id: 'root-in-environment',
    title: 'PGSSLROOTCERT is another CA',
    parameters: { sslmode: 'verify-full' },
    environment: { PGSSLROOTCERT: '{other-root}' },
    needs: ['environment'],
    expected: refused('verify'),
  },
  {
    id: 'root-in-environment-good',
    title: 'PGSSLROOTCERT is the right root',
    parameters: { sslmode: 'verify-full' },
    environment: { PGSSLROOTCERT: '{root}' },
    needs: ['environment'],
    expected: TLS,
  },
  {
    id: 'encoding-in-environment',
    title: 'PGCLIENTENCODING=LATIN1',
    parameters: { sslmode: 'require' },
    environment: { PGCLIENTENCODING: 'LATIN1' },
    needs: ['environment'],
    expected: ENCODING,
  },
  {
    id: 'encoding-over-environment',
    title: 'client_encoding=UTF8 beside PGCLIENTENCODING=LATIN1',
    parameters: { sslmode: 'require', client_encoding: 'UTF8' },
    environment: { PGCLIENTENCODING: 'LATIN1' },
    needs: ['environment'],
    expected: ENCODING,
  },
  {
    id: 'encoding-utf8',
    title: 'PGCLIENTENCODING=UTF8',
    parameters: { sslmode: 'require' },
    environment: { PGCLIENTENCODING: 'UTF8' },
    needs: ['environment'],
    expected: TLS,
  },
  {
    id: 'encoding-in-options-environment',
    title: 'PGOPTIONS=-c client_encoding=LATIN1',
    parameters: { sslmode: 'require' },
    environment: { PGOPTIONS: '-c client_encoding=LATIN1' },
    needs: ['environment'],
    expected: ENCODING,
  },
  {
    id: 'system-without-mode',
    title: 'sslrootcert=system without an sslmode means verify-full',
    target: { role: 'trust_user', certificate: 'otherHost' },
    parameters: { sslrootcert: 'system' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
    expected: refused('name'),
  },
  {
    id: 'system-trusted-without-root',
    title: 'verify-full without a root, the system holds the CA',
    parameters: { sslmode: 'verify-full' },
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['systemRoots'],
    expected: orStricter(refused('no-root'), TLS, 'system-roots'),
  },
  {
    id: 'system-as-file',
    title: 'sslrootcert=./system is a file',
    parameters: { sslmode: 'verify-full', sslrootcert: './system' },
    needs: ['systemRoots'],
    expected: refused(['no-root', 'config']),
  },
]

/** Sources of settings and their precedence. */
export const SOURCE_CELLS: readonly Cell[] = cellsOf('VF-SETT-001', PRECEDENCE)

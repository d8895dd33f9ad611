import type { Cell } from '../cell.ts'
import { CONFIG, refused, refusedTwice, TLS, TLS_SECOND } from '../outcome.ts'
import type { HostileTarget, SeveralTargets } from '../target.ts'
import { type CellRow, cellsOf } from './row.ts'

const WORDS = {
  '28000': 'no pg_hba.conf entry for host',
  '28P01': 'password authentication failed for user',
  '53300': 'sorry, too many clients already',
  '57P03': 'the database system is starting up',
} as const

/** A server that answers StartupMessage with this error. */
const failing = (code: keyof typeof WORDS): HostileTarget => ({
  script: (tls) => ({ ssl: 'S', tls, answers: [{ error: code, message: WORDS[code] }] }),
  certificate: 'good',
})

/** Several servers with one role. */
const servers = (...hosts: SeveralTargets['hosts']): SeveralTargets => ({ hosts, role: 'scram_user' })

const REQUIRE = { sslmode: 'require' }
const FULL = { sslmode: 'verify-full', sslrootcert: '{root}' }

const LISTS: readonly CellRow[] = [
  {
    id: 'closed',
    title: 'nobody listens at the first',
    target: servers('closed', 'primary'),
    parameters: FULL,
    expected: TLS,
  },
  {
    id: 'all-closed',
    title: 'nobody listens at either',
    target: servers('closed', 'closed'),
    parameters: FULL,
    expected: { ...refusedTwice('network', 'network'), connections: 0 },
  },
  {
    id: 'starting',
    title: 'the first is starting up',
    target: servers(failing('57P03'), 'primary'),
    parameters: FULL,
    expected: TLS_SECOND,
  },
  {
    id: 'starting-prefer',
    title: 'the first is starting up, sslmode=prefer',
    target: servers(failing('57P03'), 'primary'),
    parameters: { sslmode: 'prefer' },
    expected: TLS_SECOND,
  },
  {
    id: 'full',
    title: 'the first is full',
    target: servers(failing('53300'), 'primary'),
    parameters: REQUIRE,
    expected: refused('server'),
  },
  {
    id: 'full-prefer',
    title: 'the first is full, sslmode=prefer',
    target: servers(failing('53300'), 'primary'),
    parameters: { sslmode: 'prefer' },
    expected: refusedTwice('server', 'server'),
  },
  {
    id: 'no-tls',
    title: 'the first answers N',
    target: servers({ script: () => ({ ssl: 'N' }), certificate: 'good' }, 'primary'),
    parameters: REQUIRE,
    expected: refused('no-tls'),
  },
  {
    id: 'error',
    title: 'the first answers E',
    target: servers({ script: () => ({ ssl: 'E' }), certificate: 'good' }, 'primary'),
    parameters: REQUIRE,
    expected: refused('protocol'),
  },
  {
    id: 'gone',
    title: 'the first hangs up at SSLRequest',
    target: servers({ script: () => ({ ssl: 'close' }), certificate: 'good' }, 'primary'),
    parameters: REQUIRE,
    expected: refused(['network', 'protocol']),
  },
  {
    id: 'other-authority',
    title: 'the first has a certificate of another authority',
    target: servers({ script: (tls) => ({ ssl: 'S', tls }), certificate: 'wrongAuthority' }, 'primary'),
    parameters: FULL,
    expected: refused('verify'),
  },
  {
    id: 'other-name',
    title: "the first has another host's certificate",
    target: servers({ script: (tls) => ({ ssl: 'S', tls }), certificate: 'otherHost' }, 'primary'),
    parameters: FULL,
    expected: refused('name'),
  },
  {
    id: 'role-refused',
    title: 'the first refuses the role',
    target: servers(failing('28000'), 'primary'),
    parameters: REQUIRE,
    expected: refused('hba'),
  },
  {
    id: 'password-refused',
    title: 'the first refuses the password',
    target: servers(failing('28P01'), 'primary'),
    parameters: REQUIRE,
    expected: refused('password'),
  },
  {
    id: 'ports',
    title: 'two hosts and three ports',
    target: servers('primary', 'primary'),
    parameters: { ...REQUIRE, port: '{port},{port},{port}' },
    expected: CONFIG,
  },
  {
    id: 'addresses',
    title: 'two hosts and one address',
    target: servers('primary', 'primary'),
    parameters: { ...REQUIRE, hostaddr: '127.0.0.1' },
    needs: ['hostaddr'],
    expected: CONFIG,
  },
  {
    id: 'one-port',
    title: 'two hosts and one port',
    target: servers('primary', 'primary'),
    parameters: { ...FULL, port: '{port}' },
    expected: TLS,
  },
  {
    id: 'random',
    title: 'load_balance_hosts=random, two of three are down',
    target: servers('closed', 'primary', 'closed'),
    parameters: { ...FULL, load_balance_hosts: 'random' },
    needs: ['loadBalance'],
    expected: TLS,
  },
  {
    id: 'random-misspelt',
    title: 'load_balance_hosts=Random',
    target: servers('primary', 'primary'),
    parameters: { ...FULL, load_balance_hosts: 'Random' },
    needs: ['loadBalance'],
    expected: CONFIG,
  },
]

/** Several hosts: which failure ends the search, and which one leads to the next host. */
export const HOST_CELLS: readonly Cell[] = cellsOf('VF-HOST-001', LISTS, {
  subject: 'several hosts',
  needs: ['severalHosts'],
})

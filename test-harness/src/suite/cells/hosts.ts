import type { Capability } from '../adapter.ts'
import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, type Outcome, refused, refusedTwice, TLS, TLS_SECOND } from '../outcome.ts'
import type { HostileTarget, SeveralTargets, Target } from '../target.ts'

type Hosts = SeveralTargets['hosts']

const hostile = (
  script: HostileTarget['script'],
  certificate: HostileTarget['certificate'] = 'good',
): HostileTarget => ({
  script,
  certificate,
})
const WORDS = {
  '28000': 'no pg_hba.conf entry for host',
  '28P01': 'password authentication failed for user',
  '53300': 'sorry, too many clients already',
  '57P03': 'the database system is starting up',
} as const
const failing = (code: keyof typeof WORDS): HostileTarget =>
  hostile((tls) => ({ ssl: 'S', tls, answers: [{ error: code, message: WORDS[code] }] }))

const REQUIRE = { sslmode: 'require' }
const FULL = { sslmode: 'verify-full', sslrootcert: '{root}' }

const LISTS: readonly (readonly [string, string, Hosts, Readonly<Record<string, string>>, Outcome])[] = [
  ['closed', 'nobody listens at the first', ['closed', 'primary'], FULL, TLS],
  [
    'all-closed',
    'nobody listens at either',
    ['closed', 'closed'],
    FULL,
    { ...refusedTwice('network', 'network'), connections: 0 },
  ],
  ['starting', 'the first is starting up', [failing('57P03'), 'primary'], FULL, TLS_SECOND],
  [
    'starting-prefer',
    'the first is starting up, sslmode=prefer',
    [failing('57P03'), 'primary'],
    { sslmode: 'prefer' },
    TLS_SECOND,
  ],
  ['full', 'the first is full', [failing('53300'), 'primary'], REQUIRE, refused('server')],
  [
    'full-prefer',
    'the first is full, sslmode=prefer',
    [failing('53300'), 'primary'],
    { sslmode: 'prefer' },
    refusedTwice('server', 'server'),
  ],
  ['no-tls', 'the first answers N', [hostile(() => ({ ssl: 'N' })), 'primary'], REQUIRE, refused('no-tls')],
  ['error', 'the first answers E', [hostile(() => ({ ssl: 'E' })), 'primary'], REQUIRE, refused('protocol')],
  [
    'gone',
    'the first hangs up at SSLRequest',
    [hostile(() => ({ ssl: 'close' })), 'primary'],
    REQUIRE,
    refused(['network', 'protocol']),
  ],
  [
    'other-authority',
    'the first has a certificate of another authority',
    [hostile((tls) => ({ ssl: 'S', tls }), 'wrongAuthority'), 'primary'],
    FULL,
    refused('verify'),
  ],
  [
    'other-name',
    "the first has another host's certificate",
    [hostile((tls) => ({ ssl: 'S', tls }), 'otherHost'), 'primary'],
    FULL,
    refused('name'),
  ],
  ['role-refused', 'the first refuses the role', [failing('28000'), 'primary'], REQUIRE, refused('hba')],
  ['password-refused', 'the first refuses the password', [failing('28P01'), 'primary'], REQUIRE, refused('password')],
  ['ports', 'two hosts and three ports', ['primary', 'primary'], { ...REQUIRE, port: '{port},{port},{port}' }, CONFIG],
  ['addresses', 'two hosts and one address', ['primary', 'primary'], { ...REQUIRE, hostaddr: '127.0.0.1' }, CONFIG],
  ['one-port', 'two hosts and one port', ['primary', 'primary'], { ...FULL, port: '{port}' }, TLS],
]

const WRONG_ROLE = (connections: number): Outcome => refused('session-attributes', connections)
const PRIMARY = { standby: 'f' }
const STANDBY = { standby: 't' }

const ATTRIBUTES: readonly (readonly [string, string, Hosts, Outcome, seen?: Readonly<Record<string, string>>])[] = [
  ['any', 'standby-first', ['standby', 'primary'], TLS, STANDBY],
  ['read-write', 'standby-first', ['standby', 'primary'], TLS_SECOND, PRIMARY],
  ['read-write', 'standby-only', ['standby'], WRONG_ROLE(1)],
  ['primary', 'standby-first', ['standby', 'primary'], TLS_SECOND, PRIMARY],
  ['primary', 'standby-only', ['standby'], WRONG_ROLE(1)],
  ['standby', 'primary-first', ['primary', 'standby'], TLS_SECOND, STANDBY],
  ['standby', 'primary-only', ['primary'], WRONG_ROLE(1)],
  ['read-only', 'primary-first', ['primary', 'standby'], TLS_SECOND, STANDBY],
  ['read-only', 'primary-only', ['primary'], WRONG_ROLE(1)],
  ['prefer-standby', 'primary-first', ['primary', 'standby'], TLS_SECOND, STANDBY],
  ['prefer-standby', 'primary-only', ['primary'], TLS_SECOND, PRIMARY],
  ['prefer-standby', 'standby-down', ['primary', 'closed'], TLS_SECOND, PRIMARY],
  ['read_write', 'misspelt', ['primary'], CONFIG],
]

const OWNER: readonly (readonly [string, string, Target, Readonly<Record<string, string>>, Expected, Capability[]])[] =
  [
    [
      'own',
      'requirepeer is who runs the server',
      { role: 'trust_user', socket: true },
      { requirepeer: '{me}' },
      { libpq: { outcome: 'plain', connections: 1 } },
      ['unixSockets'],
    ],
    [
      'other',
      'requirepeer is somebody else',
      { role: 'trust_user', socket: true },
      { requirepeer: '{somebody-else}' },
      { libpq: refused('peer') },
      ['unixSockets'],
    ],
    [
      'tcp',
      'requirepeer over TCP',
      { role: 'trust_user' },
      { requirepeer: '{somebody-else}', sslmode: 'require' },
      { libpq: TLS },
      [],
    ],
  ]

/** Several hosts, their roles, and the owner of a socket. */
export const HOST_CELLS: readonly Cell[] = [
  ...LISTS.map(
    ([id, title, hosts, parameters, libpq]): Cell => ({
      id: `VF-HOST-001/${id}`,
      requirement: 'VF-HOST-001',
      title: `several hosts: ${title}`,
      target: { hosts, role: 'scram_user' },
      parameters,
      needs: 'hostaddr' in parameters ? ['severalHosts', 'hostaddr'] : ['severalHosts'],
      libpq,
    }),
  ),
  {
    id: 'VF-HOST-001/random',
    requirement: 'VF-HOST-001',
    title: 'several hosts: load_balance_hosts=random, two of three are down',
    target: { hosts: ['closed', 'primary', 'closed'], role: 'scram_user' },
    parameters: { ...FULL, load_balance_hosts: 'random' },
    needs: ['severalHosts', 'loadBalance'],
    libpq: TLS,
  },
  {
    id: 'VF-HOST-001/random-misspelt',
    requirement: 'VF-HOST-001',
    title: 'several hosts: load_balance_hosts=Random',
    target: { hosts: ['primary', 'primary'], role: 'scram_user' },
    parameters: { ...FULL, load_balance_hosts: 'Random' },
    needs: ['severalHosts', 'loadBalance'],
    libpq: CONFIG,
  },
  ...ATTRIBUTES.map(
    ([value, id, hosts, libpq, seen]): Cell => ({
      id: `VF-HOST-002/${value}/${id}`,
      requirement: 'VF-HOST-002',
      title: `target_session_attrs=${value}, hosts: ${hosts.join(', ')}`,
      target: { hosts, role: 'scram_user' },
      parameters: { ...REQUIRE, target_session_attrs: value },
      needs: ['severalHosts', 'sessionAttributes'],
      libpq,
      ...(seen === undefined ? {} : { seen }),
    }),
  ),
  ...OWNER.map(
    ([id, title, target, parameters, expected, needs]): Cell => ({
      id: `VF-HOST-003/${id}`,
      requirement: 'VF-HOST-003',
      title,
      target,
      parameters,
      needs: ['requirePeer', ...needs],
      ...expected,
    }),
  ),
]

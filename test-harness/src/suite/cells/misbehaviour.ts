import type { Cell } from '../cell.ts'
import { orStricter, PLAIN, PLAIN_SECOND, refused, TLS, TLS_SECOND } from '../outcome.ts'
import type { HostileTarget } from '../target.ts'
import { type InEveryMode, inModesThatRequireTls } from './mode-outcomes.ts'
import { type CellRow, cellsOf } from './row.ts'

const PROTOCOL = refused('protocol')
const NO_TLS = refused('no-tls')
const VERIFY = refused('verify')
const SERVER = refused('server')
const HBA = refused('hba')
/** The connection ends in place of a response. */
const GONE = refused(['network', 'protocol'])
const BROKEN_TLS = refused(['tls', 'network'])

/** The first connection over TLS ends with this error, every other one is honest. */
const failsOnce =
  (code: string, message: string): HostileTarget['script'] =>
  (tls) => [
    { ssl: 'S', tls, answers: [{ error: code, message }] },
    { ssl: 'S', tls },
  ]

/** Messages of libpq are listed for prefer alone, the mode with a choice. */
const MISBEHAVIOURS: readonly (CellRow & { readonly expected: InEveryMode })[] = [
  {
    id: 'honest',
    title: 'server does all as it should',
    target: { script: (tls) => ({ ssl: 'S', tls }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: TLS, says: ['SSLRequest ClientHello StartupMessage'] },
      ...inModesThatRequireTls(TLS),
    },
  },
  {
    id: 'error-to-ssl-request',
    title: 'server answers SSLRequest with E',
    target: { script: () => ({ ssl: 'E' }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: PROTOCOL, says: ['SSLRequest'] },
      ...inModesThatRequireTls(PROTOCOL),
    },
  },
  {
    id: 'garbage-to-ssl-request',
    title: 'server answers SSLRequest with X',
    target: { script: () => ({ ssl: { bytes: Buffer.from('X') } }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: PROTOCOL, says: ['SSLRequest'] },
      ...inModesThatRequireTls(PROTOCOL),
    },
  },
  {
    id: 'close-to-ssl-request',
    title: 'server closes at SSLRequest',
    target: { script: () => ({ ssl: 'close' }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: GONE, says: ['SSLRequest'] },
      ...inModesThatRequireTls(GONE),
    },
  },
  {
    id: 'reset-to-ssl-request',
    title: 'server resets at SSLRequest',
    target: { script: () => ({ ssl: 'reset' }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: GONE, says: ['SSLRequest'] },
      ...inModesThatRequireTls(GONE),
    },
  },
  {
    id: 'no',
    title: 'server answers N',
    target: { script: () => ({ ssl: 'N' }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: PLAIN, says: ['SSLRequest StartupMessage'] },
      ...inModesThatRequireTls(NO_TLS),
    },
  },
  {
    id: 'no-and-more',
    title: 'server answers N with another byte behind it',
    target: { script: () => ({ ssl: { answer: 'N', extra: Buffer.from('X') } }) },
    // Both reasons are right: the server has no TLS, and sends an invalid message.
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: PROTOCOL,
      ...inModesThatRequireTls(refused(['no-tls', 'protocol'])),
    },
  },
  {
    id: 'yes-and-plaintext',
    title: 'server answers S with plaintext behind it, then speaks TLS',
    target: { script: (tls) => ({ ssl: { answer: 'S', extra: Buffer.from('Z\0\0\0\x05I', 'latin1') }, tls }) },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: refused(['protocol', 'tls']),
      ...inModesThatRequireTls(refused(['protocol', 'tls'])),
    },
  },
  {
    id: 'yes-then-close',
    title: 'server answers S and closes',
    target: { script: () => [{ ssl: 'S', tls: 'close' }, { ssl: 'S' }] },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: PLAIN_SECOND, says: ['SSLRequest ClientHello', 'StartupMessage'] },
      ...inModesThatRequireTls(BROKEN_TLS),
    },
  },
  {
    id: 'yes-then-garbage',
    title: 'server answers S and then with garbage',
    target: { script: () => [{ ssl: 'S', tls: 'garbage' }, { ssl: 'S' }] },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: { libpq: PLAIN_SECOND, says: ['SSLRequest ClientHello', 'StartupMessage'] },
      ...inModesThatRequireTls(BROKEN_TLS),
    },
  },
  {
    id: 'another-authority',
    title: 'man in the middle with a certificate of another authority',
    target: { script: (tls) => ({ ssl: 'S', tls }), certificate: 'wrongAuthority' },
    expected: {
      disable: PLAIN,
      allow: PLAIN,
      prefer: {
        ...orStricter(PLAIN_SECOND, VERIFY, 'verification-is-final'),
        says: ['SSLRequest ClientHello', 'StartupMessage'],
      },
      ...inModesThatRequireTls(VERIFY),
    },
  },
  {
    id: 'role-refused',
    title: 'server refuses the role on the first connection (28000)',
    target: { script: failsOnce('28000', 'no pg_hba.conf entry for host') },
    expected: {
      disable: HBA,
      allow: TLS_SECOND,
      prefer: { libpq: PLAIN_SECOND, says: ['SSLRequest ClientHello StartupMessage', 'StartupMessage'] },
      ...inModesThatRequireTls(HBA),
    },
  },
  {
    id: 'full',
    title: 'server has no connection left (53300)',
    target: { script: failsOnce('53300', 'sorry, too many clients already') },
    expected: {
      disable: SERVER,
      allow: TLS_SECOND,
      prefer: { libpq: PLAIN_SECOND, says: ['SSLRequest ClientHello StartupMessage', 'StartupMessage'] },
      ...inModesThatRequireTls(SERVER),
    },
  },
  {
    id: 'starting',
    title: 'server is starting up (57P03)',
    target: { script: failsOnce('57P03', 'the database system is starting up') },
    expected: {
      disable: SERVER,
      allow: SERVER,
      prefer: { libpq: SERVER, says: ['SSLRequest ClientHello StartupMessage'] },
      ...inModesThatRequireTls(SERVER),
    },
  },
  {
    id: 'close-to-startup',
    title: 'server closes at StartupMessage',
    target: { script: (tls) => ({ ssl: 'S', tls, answers: ['close'] }) },
    expected: {
      disable: GONE,
      allow: GONE,
      prefer: { libpq: GONE, says: ['SSLRequest ClientHello StartupMessage'] },
      ...inModesThatRequireTls(GONE),
    },
  },
]

/** Deviations of a server from the protocol, in every mode. */
export const MISBEHAVIOUR_CELLS: readonly Cell[] = cellsOf('VF-WIRE-001', MISBEHAVIOURS, {
  parameters: { sslrootcert: '{root}' },
})

import type { Cell } from '../cell.ts'
import { type Expected, type Outcome, orStricter, PLAIN, PLAIN_SECOND, refused, TLS, TLS_SECOND } from '../outcome.ts'
import { SSLMODES, type Sslmode } from '../sslmode.ts'
import type { HostileTarget } from '../target.ts'

type Script = HostileTarget['script']
type Row = Readonly<Record<Sslmode, Expected>>

const PROTOCOL = refused('protocol')
const NO_TLS = refused('no-tls')
const VERIFY = refused('verify')
const SERVER = refused('server')
const HBA = refused('hba')
/** The connection ends in place of a response. */
const GONE = refused(['network', 'protocol'])
const BROKEN_TLS = refused(['tls', 'network'])

/** Outcomes without TLS, under `allow`, under `prefer`, and one for the modes that require TLS. */
function row(plain: Outcome, allow: Outcome, prefer: Outcome | Expected, demanded: Outcome): Row {
  const must: Expected = { libpq: demanded }
  return {
    disable: { libpq: plain },
    allow: { libpq: allow },
    prefer: 'libpq' in prefer ? prefer : { libpq: prefer },
    require: must,
    'verify-ca': must,
    'verify-full': must,
  }
}

interface Misbehaviour {
  readonly title: string
  readonly script: Script
  readonly expected: Row
  readonly certificate?: HostileTarget['certificate']
  /** libpq's messages under prefer, per connection. */
  readonly preferSays?: readonly string[]
}

const bytes = (text: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(text, 'latin1') })
const error =
  (code: string, message: string): Script =>
  (tls) => [
    { ssl: 'S', tls, answers: [{ error: code, message }] },
    { ssl: 'S', tls },
  ]

const MISBEHAVIOURS: Readonly<Record<string, Misbehaviour>> = {
  honest: {
    title: 'server does all as it should',
    script: (tls) => ({ ssl: 'S', tls }),
    expected: row(PLAIN, PLAIN, TLS, TLS),
    preferSays: ['SSLRequest ClientHello StartupMessage'],
  },
  'error-to-ssl-request': {
    title: 'server answers SSLRequest with E',
    script: () => ({ ssl: 'E' }),
    expected: row(PLAIN, PLAIN, PROTOCOL, PROTOCOL),
    preferSays: ['SSLRequest'],
  },
  'garbage-to-ssl-request': {
    title: 'server answers SSLRequest with X',
    script: () => ({ ssl: bytes('X') }),
    expected: row(PLAIN, PLAIN, PROTOCOL, PROTOCOL),
    preferSays: ['SSLRequest'],
  },
  'close-to-ssl-request': {
    title: 'server closes at SSLRequest',
    script: () => ({ ssl: 'close' }),
    expected: row(PLAIN, PLAIN, GONE, GONE),
    preferSays: ['SSLRequest'],
  },
  'reset-to-ssl-request': {
    title: 'server resets at SSLRequest',
    script: () => ({ ssl: 'reset' }),
    expected: row(PLAIN, PLAIN, GONE, GONE),
    preferSays: ['SSLRequest'],
  },
  no: {
    title: 'server answers N',
    script: () => ({ ssl: 'N' }),
    expected: row(PLAIN, PLAIN, PLAIN, NO_TLS),
    preferSays: ['SSLRequest StartupMessage'],
  },
  'no-and-more': {
    title: 'server answers N with another byte behind it',
    script: () => ({ ssl: { answer: 'N', extra: Buffer.from('X') } }),
    // Both reasons are right: the server has no TLS, and sends an invalid message.
    expected: row(PLAIN, PLAIN, PROTOCOL, refused(['no-tls', 'protocol'])),
  },
  'yes-and-plaintext': {
    title: 'server answers S with plaintext behind it, then speaks TLS',
    script: (tls) => ({ ssl: { answer: 'S', extra: Buffer.from('Z\0\0\0\x05I', 'latin1') }, tls }),
    expected: row(PLAIN, PLAIN, refused(['protocol', 'tls']), refused(['protocol', 'tls'])),
  },
  'yes-then-close': {
    title: 'server answers S and closes',
    script: () => [{ ssl: 'S', tls: 'close' }, { ssl: 'S' }],
    expected: row(PLAIN, PLAIN, PLAIN_SECOND, BROKEN_TLS),
    preferSays: ['SSLRequest ClientHello', 'StartupMessage'],
  },
  'yes-then-garbage': {
    title: 'server answers S and then with garbage',
    script: () => [{ ssl: 'S', tls: 'garbage' }, { ssl: 'S' }],
    expected: row(PLAIN, PLAIN, PLAIN_SECOND, BROKEN_TLS),
    preferSays: ['SSLRequest ClientHello', 'StartupMessage'],
  },
  'another-authority': {
    title: 'man in the middle with a certificate of another authority',
    script: (tls) => ({ ssl: 'S', tls }),
    certificate: 'wrongAuthority',
    expected: row(PLAIN, PLAIN, orStricter(PLAIN_SECOND, VERIFY, 'verification-is-final'), VERIFY),
    preferSays: ['SSLRequest ClientHello', 'StartupMessage'],
  },
  'role-refused': {
    title: 'server refuses the role on the first connection (28000)',
    script: error('28000', 'no pg_hba.conf entry for host'),
    expected: row(HBA, TLS_SECOND, PLAIN_SECOND, HBA),
    preferSays: ['SSLRequest ClientHello StartupMessage', 'StartupMessage'],
  },
  full: {
    title: 'server has no connection left (53300)',
    script: error('53300', 'sorry, too many clients already'),
    expected: row(SERVER, TLS_SECOND, PLAIN_SECOND, SERVER),
    preferSays: ['SSLRequest ClientHello StartupMessage', 'StartupMessage'],
  },
  starting: {
    title: 'server is starting up (57P03)',
    script: error('57P03', 'the database system is starting up'),
    expected: row(SERVER, SERVER, SERVER, SERVER),
    preferSays: ['SSLRequest ClientHello StartupMessage'],
  },
  'close-to-startup': {
    title: 'server closes at StartupMessage',
    script: (tls) => ({ ssl: 'S', tls, answers: ['close'] }),
    expected: row(GONE, GONE, GONE, GONE),
    preferSays: ['SSLRequest ClientHello StartupMessage'],
  },
}

/** Deviations of a server from the protocol, in every mode. */
export const MISBEHAVIOUR_CELLS: readonly Cell[] = Object.entries(MISBEHAVIOURS).flatMap(
  ([id, { title, script, expected, certificate, preferSays }]) =>
    SSLMODES.map(
      (sslmode): Cell => ({
        id: `VF-WIRE-001/${id}/${sslmode}`,
        requirement: 'VF-WIRE-001',
        title: `sslmode=${sslmode}, ${title}`,
        target: certificate === undefined ? { script } : { script, certificate },
        parameters: { sslmode, sslrootcert: '{root}' },
        ...(sslmode === 'prefer' && preferSays !== undefined ? { says: preferSays } : {}),
        ...expected[sslmode],
      }),
    ),
)

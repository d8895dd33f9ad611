import {
  CONFIG,
  type Expected,
  type Outcome,
  orStricter,
  PLAIN,
  PLAIN_SECOND,
  refused,
  refusedTwice,
  TLS,
  TLS_SECOND,
} from './outcome.ts'
import type { Sslmode } from './sslmode.ts'

/** The server's policy: `tls` accepts anything, `hostssl` and `hostnossl` one kind only, `no-tls` answers N. */
export type Situation = 'tls' | 'hostssl' | 'hostnossl' | 'no-tls' | 'socket'

/** Source of the trusted roots: none, `~/.postgresql/root.crt`, or `sslrootcert`. */
export type RootState =
  | 'unset'
  | 'home-good'
  | 'home-wrong'
  | 'good'
  | 'wrong'
  | 'missing'
  | 'empty'
  | 'not-pem'
  | 'system-trusted'
  | 'system-untrusted'

type Row = Readonly<Record<Sslmode, Outcome | Expected>>

const VERIFY = refused('verify')
const NO_ROOT = refused('no-root')
const BAD_ROOT = refused('bad-root')
const NO_TLS = refused('no-tls')
const HBA = refused('hba')
const BAD_ROOT_THEN_HBA = refusedTwice('bad-root', 'hba')
const HBA_THEN_BAD_ROOT = refusedTwice('hba', 'bad-root')
const VERIFY_THEN_HBA = refusedTwice('verify', 'hba')
const HBA_THEN_VERIFY = refusedTwice('hba', 'verify')

/** No root: libpq requests TLS first, Verifull refuses at the start. */
const NO_TLS_OR_ROOT = orStricter(NO_TLS, NO_ROOT, 'root-at-start')

/** No root: libpq fails, Verifull uses the system's roots, which do not include the harness's CA. */
const NO_ROOT_OR_SYSTEM = orStricter(NO_ROOT, VERIFY, 'system-roots')
/** libpq retries in plaintext after a failed verification. */
const final = (libpq: Outcome): Expected => orStricter(libpq, VERIFY, 'verification-is-final')
/** A named file that does not exist or is no certificate is a wrong setting. */
const missing = (libpq: Outcome): Expected => orStricter(libpq, refused(['no-root', 'config'], 0), 'explicit-file')
const unparsable = (libpq: Outcome): Expected => orStricter(libpq, refused(['bad-root', 'config'], 0), 'explicit-file')
/** The system's roots demand verify-full. */
const system = (verifyFull: Outcome): Row => ({
  disable: CONFIG,
  allow: CONFIG,
  prefer: CONFIG,
  require: CONFIG,
  'verify-ca': CONFIG,
  'verify-full': verifyFull,
})

/**
 * libpq's outcome in every mode, for every state of server and roots: measured, and checked against libpq by the suite.
 *
 * Verifull equals it under the policy `development`, or is stricter as listed.
 */
// biome-ignore format: a table reads in columns
export const TRUTH_TABLE: Readonly<Record<Situation, Readonly<Record<RootState, Row>>>> = {
  tls: {
    unset:        { disable: PLAIN, allow: PLAIN,             prefer: TLS,                      require: TLS,                  'verify-ca': NO_ROOT,              'verify-full': NO_ROOT_OR_SYSTEM },
    'home-good':  { disable: PLAIN, allow: PLAIN,             prefer: TLS,                      require: TLS,                  'verify-ca': TLS,                  'verify-full': TLS },
    'home-wrong': { disable: PLAIN, allow: PLAIN,             prefer: final(PLAIN_SECOND),      require: VERIFY,               'verify-ca': VERIFY,               'verify-full': VERIFY },
    good:         { disable: PLAIN, allow: PLAIN,             prefer: TLS,                      require: TLS,                  'verify-ca': TLS,                  'verify-full': TLS },
    wrong:        { disable: PLAIN, allow: PLAIN,             prefer: final(PLAIN_SECOND),      require: VERIFY,               'verify-ca': VERIFY,               'verify-full': VERIFY },
    missing:      { disable: PLAIN, allow: missing(PLAIN),    prefer: missing(TLS),             require: missing(TLS),         'verify-ca': missing(NO_ROOT),     'verify-full': missing(NO_ROOT) },
    empty:        { disable: PLAIN, allow: PLAIN,             prefer: TLS,                      require: TLS,                  'verify-ca': NO_ROOT,              'verify-full': NO_ROOT_OR_SYSTEM },
    'not-pem':    { disable: PLAIN, allow: unparsable(PLAIN), prefer: unparsable(PLAIN_SECOND), require: unparsable(BAD_ROOT), 'verify-ca': unparsable(BAD_ROOT), 'verify-full': unparsable(BAD_ROOT) },
    'system-trusted':   system(TLS),
    'system-untrusted': system(VERIFY),
  },
  hostssl: {
    unset:        { disable: HBA, allow: TLS_SECOND,                    prefer: TLS,                           require: TLS,                  'verify-ca': NO_ROOT,              'verify-full': NO_ROOT_OR_SYSTEM },
    'home-good':  { disable: HBA, allow: TLS_SECOND,                    prefer: TLS,                           require: TLS,                  'verify-ca': TLS,                  'verify-full': TLS },
    'home-wrong': { disable: HBA, allow: HBA_THEN_VERIFY,               prefer: final(VERIFY_THEN_HBA),        require: VERIFY,               'verify-ca': VERIFY,               'verify-full': VERIFY },
    good:         { disable: HBA, allow: TLS_SECOND,                    prefer: TLS,                           require: TLS,                  'verify-ca': TLS,                  'verify-full': TLS },
    wrong:        { disable: HBA, allow: HBA_THEN_VERIFY,               prefer: final(VERIFY_THEN_HBA),        require: VERIFY,               'verify-ca': VERIFY,               'verify-full': VERIFY },
    missing:      { disable: HBA, allow: missing(TLS_SECOND),           prefer: missing(TLS),                  require: missing(TLS),         'verify-ca': missing(NO_ROOT),     'verify-full': missing(NO_ROOT) },
    empty:        { disable: HBA, allow: TLS_SECOND,                    prefer: TLS,                           require: TLS,                  'verify-ca': NO_ROOT,              'verify-full': NO_ROOT_OR_SYSTEM },
    'not-pem':    { disable: HBA, allow: unparsable(HBA_THEN_BAD_ROOT), prefer: unparsable(BAD_ROOT_THEN_HBA), require: unparsable(BAD_ROOT), 'verify-ca': unparsable(BAD_ROOT), 'verify-full': unparsable(BAD_ROOT) },
    'system-trusted':   system(TLS),
    'system-untrusted': system(VERIFY),
  },
  hostnossl: {
    unset:        { disable: PLAIN, allow: PLAIN,             prefer: PLAIN_SECOND,             require: HBA,                  'verify-ca': NO_ROOT,              'verify-full': NO_ROOT_OR_SYSTEM },
    'home-good':  { disable: PLAIN, allow: PLAIN,             prefer: PLAIN_SECOND,             require: HBA,                  'verify-ca': HBA,                  'verify-full': HBA },
    'home-wrong': { disable: PLAIN, allow: PLAIN,             prefer: final(PLAIN_SECOND),      require: VERIFY,               'verify-ca': VERIFY,               'verify-full': VERIFY },
    good:         { disable: PLAIN, allow: PLAIN,             prefer: PLAIN_SECOND,             require: HBA,                  'verify-ca': HBA,                  'verify-full': HBA },
    wrong:        { disable: PLAIN, allow: PLAIN,             prefer: final(PLAIN_SECOND),      require: VERIFY,               'verify-ca': VERIFY,               'verify-full': VERIFY },
    missing:      { disable: PLAIN, allow: missing(PLAIN),    prefer: missing(PLAIN_SECOND),    require: missing(HBA),         'verify-ca': missing(NO_ROOT),     'verify-full': missing(NO_ROOT) },
    empty:        { disable: PLAIN, allow: PLAIN,             prefer: PLAIN_SECOND,             require: HBA,                  'verify-ca': NO_ROOT,              'verify-full': NO_ROOT_OR_SYSTEM },
    'not-pem':    { disable: PLAIN, allow: unparsable(PLAIN), prefer: unparsable(PLAIN_SECOND), require: unparsable(BAD_ROOT), 'verify-ca': unparsable(BAD_ROOT), 'verify-full': unparsable(BAD_ROOT) },
    'system-trusted':   system(HBA),
    'system-untrusted': system(VERIFY),
  },
  'no-tls': {
    unset:        { disable: PLAIN, allow: PLAIN,             prefer: PLAIN,             require: NO_TLS,             'verify-ca': NO_TLS_OR_ROOT,     'verify-full': NO_TLS },
    'home-good':  { disable: PLAIN, allow: PLAIN,             prefer: PLAIN,             require: NO_TLS,             'verify-ca': NO_TLS,             'verify-full': NO_TLS },
    'home-wrong': { disable: PLAIN, allow: PLAIN,             prefer: PLAIN,             require: NO_TLS,             'verify-ca': NO_TLS,             'verify-full': NO_TLS },
    good:         { disable: PLAIN, allow: PLAIN,             prefer: PLAIN,             require: NO_TLS,             'verify-ca': NO_TLS,             'verify-full': NO_TLS },
    wrong:        { disable: PLAIN, allow: PLAIN,             prefer: PLAIN,             require: NO_TLS,             'verify-ca': NO_TLS,             'verify-full': NO_TLS },
    missing:      { disable: PLAIN, allow: missing(PLAIN),    prefer: missing(PLAIN),    require: missing(NO_TLS),    'verify-ca': missing(NO_TLS),    'verify-full': missing(NO_TLS) },
    empty:        { disable: PLAIN, allow: PLAIN,             prefer: PLAIN,             require: NO_TLS,             'verify-ca': NO_TLS_OR_ROOT,     'verify-full': NO_TLS },
    'not-pem':    { disable: PLAIN, allow: unparsable(PLAIN), prefer: unparsable(PLAIN), require: unparsable(NO_TLS), 'verify-ca': unparsable(NO_TLS), 'verify-full': unparsable(NO_TLS) },
    'system-trusted':   system(NO_TLS),
    'system-untrusted': system(NO_TLS),
  },
  socket: {
    unset:        { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    'home-good':  { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    'home-wrong': { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    good:         { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    wrong:        { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    missing:      { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    empty:        { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    'not-pem':    { disable: PLAIN, allow: PLAIN, prefer: PLAIN, require: PLAIN, 'verify-ca': PLAIN, 'verify-full': PLAIN },
    'system-trusted':   system(PLAIN),
    'system-untrusted': system(PLAIN),
  },
}

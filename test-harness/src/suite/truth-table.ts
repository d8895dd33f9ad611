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

type Row = Readonly<Record<Sslmode, Expected>>

const row = (
  disable: Outcome | Expected,
  allow: Outcome | Expected,
  prefer: Outcome | Expected,
  require: Outcome | Expected,
  verifyCa: Outcome | Expected,
  verifyFull: Outcome | Expected,
): Row => ({
  disable: expected(disable),
  allow: expected(allow),
  prefer: expected(prefer),
  require: expected(require),
  'verify-ca': expected(verifyCa),
  'verify-full': expected(verifyFull),
})

function expected(cell: Outcome | Expected): Expected {
  return 'libpq' in cell ? cell : { libpq: cell }
}

const VERIFY = refused('verify')
const NO_ROOT = refused('no-root')
const BAD_ROOT = refused('bad-root')
const NO_TLS = refused('no-tls')
const HBA = refused('hba')

/** No root: libpq requests TLS first, Verifull refuses at the start. */
const NO_TLS_OR_ROOT = orStricter(NO_TLS, NO_ROOT, 'root-at-start')

/** No root: libpq fails, Verifull uses the system's roots, which do not include the harness's CA. */
const NO_ROOT_OR_SYSTEM = orStricter(NO_ROOT, VERIFY, 'system-roots')
/** libpq retries in plaintext after a failed verification. */
const final = (libpq: Outcome): Expected => orStricter(libpq, VERIFY, 'verification-is-final')
/** A named file that does not exist or is no certificate is a wrong setting. */
const missing = (libpq: Outcome): Expected => orStricter(libpq, refused(['no-root', 'config'], 0), 'explicit-file')
const unparsable = (libpq: Outcome): Expected => orStricter(libpq, refused(['bad-root', 'config'], 0), 'explicit-file')
const system = (verifyFull: Outcome): Row => row(CONFIG, CONFIG, CONFIG, CONFIG, CONFIG, verifyFull)

/**
 * libpq's outcome in every mode, for every state of server and roots: measured, and checked against libpq by the suite.
 *
 * Verifull equals it under the policy `development`, or is stricter as listed.
 */
// biome-ignore format: a table reads in columns
export const TRUTH_TABLE: Readonly<Record<Situation, Readonly<Record<RootState, Row>>>> = {
  tls: {
    //                   disable allow                   prefer                     require              verify-ca            verify-full
    unset:            row(PLAIN, PLAIN,                  TLS,                       TLS,                 NO_ROOT,             NO_ROOT_OR_SYSTEM),
    'home-good':      row(PLAIN, PLAIN,                  TLS,                       TLS,                 TLS,                 TLS),
    'home-wrong':     row(PLAIN, PLAIN,                  final(PLAIN_SECOND),       VERIFY,              VERIFY,              VERIFY),
    good:             row(PLAIN, PLAIN,                  TLS,                       TLS,                 TLS,                 TLS),
    wrong:            row(PLAIN, PLAIN,                  final(PLAIN_SECOND),       VERIFY,              VERIFY,              VERIFY),
    missing:          row(PLAIN, missing(PLAIN),         missing(TLS),              missing(TLS),        missing(NO_ROOT),    missing(NO_ROOT)),
    empty:            row(PLAIN, PLAIN,                  TLS,                       TLS,                 NO_ROOT,             NO_ROOT_OR_SYSTEM),
    'not-pem':        row(PLAIN, unparsable(PLAIN),      unparsable(PLAIN_SECOND),  unparsable(BAD_ROOT), unparsable(BAD_ROOT), unparsable(BAD_ROOT)),
    'system-trusted':   system(TLS),
    'system-untrusted': system(VERIFY),
  },
  hostssl: {
    unset:            row(HBA, TLS_SECOND,               TLS,                       TLS,                 NO_ROOT,             NO_ROOT_OR_SYSTEM),
    'home-good':      row(HBA, TLS_SECOND,               TLS,                       TLS,                 TLS,                 TLS),
    'home-wrong':     row(HBA, refusedTwice('hba', 'verify'), final(refusedTwice('verify', 'hba')), VERIFY, VERIFY,           VERIFY),
    good:             row(HBA, TLS_SECOND,               TLS,                       TLS,                 TLS,                 TLS),
    wrong:            row(HBA, refusedTwice('hba', 'verify'), final(refusedTwice('verify', 'hba')), VERIFY, VERIFY,           VERIFY),
    missing:          row(HBA, missing(TLS_SECOND),      missing(TLS),              missing(TLS),        missing(NO_ROOT),    missing(NO_ROOT)),
    empty:            row(HBA, TLS_SECOND,               TLS,                       TLS,                 NO_ROOT,             NO_ROOT_OR_SYSTEM),
    'not-pem':        row(HBA, unparsable(refusedTwice('hba', 'bad-root')), unparsable(refusedTwice('bad-root', 'hba')),
                                                                                    unparsable(BAD_ROOT), unparsable(BAD_ROOT), unparsable(BAD_ROOT)),
    'system-trusted':   system(TLS),
    'system-untrusted': system(VERIFY),
  },
  hostnossl: {
    unset:            row(PLAIN, PLAIN,                  PLAIN_SECOND,              HBA,                 NO_ROOT,             NO_ROOT_OR_SYSTEM),
    'home-good':      row(PLAIN, PLAIN,                  PLAIN_SECOND,              HBA,                 HBA,                 HBA),
    'home-wrong':     row(PLAIN, PLAIN,                  final(PLAIN_SECOND),       VERIFY,              VERIFY,              VERIFY),
    good:             row(PLAIN, PLAIN,                  PLAIN_SECOND,              HBA,                 HBA,                 HBA),
    wrong:            row(PLAIN, PLAIN,                  final(PLAIN_SECOND),       VERIFY,              VERIFY,              VERIFY),
    missing:          row(PLAIN, missing(PLAIN),         missing(PLAIN_SECOND),     missing(HBA),        missing(NO_ROOT),    missing(NO_ROOT)),
    empty:            row(PLAIN, PLAIN,                  PLAIN_SECOND,              HBA,                 NO_ROOT,             NO_ROOT_OR_SYSTEM),
    'not-pem':        row(PLAIN, unparsable(PLAIN),      unparsable(PLAIN_SECOND),  unparsable(BAD_ROOT), unparsable(BAD_ROOT), unparsable(BAD_ROOT)),
    'system-trusted':   system(HBA),
    'system-untrusted': system(VERIFY),
  },
  'no-tls': {
    unset:            row(PLAIN, PLAIN,                  PLAIN,                     NO_TLS,              NO_TLS_OR_ROOT,      NO_TLS),
    'home-good':      row(PLAIN, PLAIN,                  PLAIN,                     NO_TLS,              NO_TLS,              NO_TLS),
    'home-wrong':     row(PLAIN, PLAIN,                  PLAIN,                     NO_TLS,              NO_TLS,              NO_TLS),
    good:             row(PLAIN, PLAIN,                  PLAIN,                     NO_TLS,              NO_TLS,              NO_TLS),
    wrong:            row(PLAIN, PLAIN,                  PLAIN,                     NO_TLS,              NO_TLS,              NO_TLS),
    missing:          row(PLAIN, missing(PLAIN),         missing(PLAIN),            missing(NO_TLS),     missing(NO_TLS),     missing(NO_TLS)),
    empty:            row(PLAIN, PLAIN,                  PLAIN,                     NO_TLS,              NO_TLS_OR_ROOT,      NO_TLS),
    'not-pem':        row(PLAIN, unparsable(PLAIN),      unparsable(PLAIN),         unparsable(NO_TLS),  unparsable(NO_TLS),  unparsable(NO_TLS)),
    'system-trusted':   system(NO_TLS),
    'system-untrusted': system(NO_TLS),
  },
  socket: {
    unset:            row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    'home-good':      row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    'home-wrong':     row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    good:             row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    wrong:            row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    missing:          row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    empty:            row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    'not-pem':        row(PLAIN, PLAIN,                  PLAIN,                     PLAIN,               PLAIN,               PLAIN),
    'system-trusted':   system(PLAIN),
    'system-untrusted': system(PLAIN),
  },
}

import { blackHole } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { objection, type Refused } from './written.ts'

const listener = await blackHole()
afterAll(() => listener.stop())

const login = { user: 'app', password: 'kahGh2-eiYo9', database: 'app' }
const options = { host: 'localhost', port: listener.port, ...login }
const url = (query: string) => `postgres://app:kahGh2-eiYo9@localhost:${listener.port}/app?${query}`

const LOCAL =
  'is refused by policy production (rule plaintext-loopback); use verify-full, or allow plaintext-loopback with a reason for a local proxy'
const OFF =
  'which turns off the verification of the server, is refused by policy production (rule verification-off); remove it, and set sslrootcert (DB_SSL_CA) to the CA certificate of the server'
const REPLACED =
  "option ssl.checkServerIdentity, which replaces the check of the server's name and is not used, is refused by policy production (rule identity-check-replaced); remove it; for a tunnel or an alias set host to the name in the certificate and hostaddr to the address"
const NO_VERIFY =
  'it turns verification off: use verify-full, with the CA certificate of the server in sslrootcert where the CA is private'

const MISSPELT: readonly Refused[] = [
  [
    'PGSSLMODE=verify_full, with which pg connects in plaintext (e, P6)',
    { options, environment: { PGSSLMODE: 'verify_full' } },
    'invalid sslmode value "verify_full" (from PGSSLMODE); did you mean verify-full?',
  ],
  [
    'PGSSLMODE=REQUIRE, with which pg connects in plaintext (e, P6)',
    { options, environment: { PGSSLMODE: 'REQUIRE' } },
    'invalid sslmode value "REQUIRE" (from PGSSLMODE); did you mean require?',
  ],
  [
    'PGSSLMODE=requre',
    { options, environment: { PGSSLMODE: 'requre' } },
    'invalid sslmode value "requre" (from PGSSLMODE); did you mean require?',
  ],
  [
    'DB_SSL_MODE=on',
    { options, environment: { DB_SSL_MODE: 'on' } },
    'invalid sslmode value "on" (from DB_SSL_MODE); it must be disable, allow, prefer, require, verify-ca or verify-full',
  ],
  [
    'the same typo in a URL fails in the same direction (e)',
    { options: url('sslmode=verify_full') },
    'invalid sslmode value "verify_full" (from option connectionString); did you mean verify-full?',
  ],
  [
    'the same typo as a setting',
    { options, settings: { sslmode: 'verify_full' } },
    'invalid sslmode value "verify_full" (from settings.sslmode); did you mean verify-full?',
  ],
  [
    'sslmode=no-verify in a URL (P1, P6)',
    { options: url('sslmode=no-verify') },
    `invalid sslmode value "no-verify" (from option connectionString); ${NO_VERIFY}`,
  ],
  [
    'PGSSLMODE=no-verify (P1)',
    { options, environment: { PGSSLMODE: 'no-verify' } },
    `invalid sslmode value "no-verify" (from PGSSLMODE); ${NO_VERIFY}`,
  ],
  [
    "ssl: 'require', which crashes the process in pg (f)",
    { options: { ...options, ssl: 'require' } },
    'option ssl must be true, false or an object, not "require"; use sslmode=require',
  ],
  [
    "ssl: 'no-verify'",
    { options: { ...options, ssl: 'no-verify' } },
    'option ssl must be true, false or an object, not "no-verify"; use sslmode=verify-full',
  ],
  [
    '?ssl=require, which crashes the process in pg (f)',
    { options: url('ssl=require') },
    `unknown parameter ssl="require" (from option connectionString); libpq's word is sslmode, as sslmode=require`,
  ],
  [
    '?ssl=false, which crashes the process in pg (f)',
    { options: url('ssl=false') },
    `unknown parameter ssl="false" (from option connectionString); libpq's word is sslmode, as sslmode=disable`,
  ],
  [
    'DB_SSL=require',
    { options, environment: { DB_SSL: 'require' } },
    'invalid DB_SSL value "require"; it must be true or false',
  ],
  [
    'settings in the words of pg and Node',
    { options, settings: { ssl: { ca: 'x' }, ca: 'x', rejectUnauthorized: true, sslMode: 'require' } },
    [
      '4 problems with the connection settings:',
      '  1. unknown setting "ssl"; use sslmode, sslrootcert, sslcert and sslkey',
      '  2. unknown setting "ca"; use sslrootcert',
      '  3. unknown setting "rejectUnauthorized"; use sslmode=verify-full, with the CA certificate of the server in sslrootcert',
      '  4. unknown setting "sslMode"; did you mean sslmode?',
    ].join('\n'),
  ],
]

const TOO_WEAK: readonly Refused[] = [
  [
    'PGSSLMODE=allow, which pg takes for disable (e)',
    { options, environment: { PGSSLMODE: 'allow' } },
    `sslmode=allow (from PGSSLMODE) ${LOCAL}`,
  ],
  ['ssl: false', { options: { ...options, ssl: false } }, `sslmode=disable (from option ssl) ${LOCAL}`],
  ['sslmode=prefer', { options: url('sslmode=prefer') }, `sslmode=prefer (from option connectionString) ${LOCAL}`],
  [
    'DB_SSL=false towards another machine',
    { options: { ...options, host: 'db.example' }, environment: { DB_SSL: 'false' } },
    `sslmode=disable (from DB_SSL) for db.example:${listener.port} is refused by policy production (rule plaintext-remote); use sslmode=verify-full; plaintext never leaves this machine`,
  ],
  [
    'rejectUnauthorized: false (P1, P4)',
    { options: { ...options, ssl: { rejectUnauthorized: false } } },
    `option ssl.rejectUnauthorized=false, ${OFF}`,
  ],
  [
    'DB_SSL_REJECT_UNAUTHORIZED=false',
    { options, environment: { DB_SSL_REJECT_UNAUTHORIZED: 'false' } },
    `DB_SSL_REJECT_UNAUTHORIZED=false, ${OFF}`,
  ],
  ...(['false', 0] as const).map(
    (value): Refused => [
      `rejectUnauthorized: ${JSON.stringify(value)}, at which pg verifies and its user believes that it does not (j)`,
      { options: { ...options, ssl: { rejectUnauthorized: value } } },
      `option ssl.rejectUnauthorized must be true or false, not a ${typeof value}`,
    ],
  ),
  [
    'checkServerIdentity that always agrees (P4, P13)',
    { options: { ...options, ssl: { checkServerIdentity: () => undefined } } },
    REPLACED,
  ],
  [
    'NODE_TLS_REJECT_UNAUTHORIZED=0 (P4)',
    { options, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is refused by policy production (rule node-verification-off); unset it, and name the CA certificates that are missing (sslrootcert, NODE_EXTRA_CA_CERTS)',
  ],
  [
    'NODE_PG_FORCE_NATIVE, which drops every TLS setting (a)',
    { options, environment: { NODE_PG_FORCE_NATIVE: '1' } },
    'NODE_PG_FORCE_NATIVE, which loads pg-native, is refused by policy production (rule native-driver); unset it',
  ],
  [
    'uselibpqcompat with require, which turns verification off in pg (P3)',
    { options: url('uselibpqcompat=true&sslmode=require') },
    'unknown parameter "uselibpqcompat" (from option connectionString); remove it: sslmode already means what it means in libpq',
  ],
]

describe.each([
  ['a misspelt mode', MISSPELT],
  ['what is too weak for production', TOO_WEAK],
])('%s fails before the network', (_kind, rows) => {
  test.each(rows)('%s', (_what, written, message) => {
    expect(objection(written)).toBe(message)
  })
})

test('several at once are listed in one error', () => {
  const written = {
    options: {
      ...options,
      ssl: { rejectUnauthorized: false, checkServerIdentity: () => undefined, ca: '/nowhere/ca.pem' },
    },
    environment: { PGSSLMODE: 'verify_full', NODE_TLS_REJECT_UNAUTHORIZED: '0', PGHOSTADDR: 'db.internal' },
  }
  expect(objection(written)).toBe(
    [
      '6 problems with the connection settings:',
      '  1. invalid sslmode value "verify_full" (from PGSSLMODE); did you mean verify-full?',
      '  2. invalid hostaddr value "db.internal" (from PGHOSTADDR); it must be an IP address: put a name in host',
      '  3. sslrootcert "/nowhere/ca.pem" (from option ssl.ca) looks like a file path, and there is no such file; give the path of a PEM file or the PEM text itself',
      `  4. option ssl.rejectUnauthorized=false, ${OFF}`,
      `  5. ${REPLACED}`,
      '  6. NODE_TLS_REJECT_UNAUTHORIZED=0 is refused by policy production (rule node-verification-off); unset it, and name the CA certificates that are missing (sslrootcert, NODE_EXTRA_CA_CERTS)',
    ].join('\n'),
  )
})

test('the same options without the mistakes start', () => {
  expect(objection({ options })).toBe('the application starts')
  expect(objection({ options: url('sslmode=require') })).toBe('the application starts')
})

test('nothing of this reached the network', () => {
  expect(listener.accepted).toBe(0)
})

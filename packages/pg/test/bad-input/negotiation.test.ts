import { blackHole } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { objection, type Refused } from './written.ts'

const listener = await blackHole()
afterAll(() => listener.stop())

const options = { host: 'localhost', port: listener.port, user: 'app', password: 'kahGh2-eiYo9', database: 'app' }
const METHODS = 'use one or more of password, md5, gss, sspi, scram-sha-256, oauth, none'
const SYSTEM =
  'may not be used with sslrootcert=system (from PGSSLROOTCERT): anyone can get a certificate from a public CA; use verify-full'
const LOCAL =
  'is refused by policy production (rule plaintext-loopback); use verify-full, or allow plaintext-loopback with a reason for a local proxy'

const TLS: readonly Refused[] = [
  [
    'sslrootcert=system with require, in development, where require stays what it is (k, P19)',
    { options, settings: { policy: 'development', sslmode: 'require' }, environment: { PGSSLROOTCERT: 'system' } },
    `weak sslmode=require (from settings.sslmode) ${SYSTEM}`,
  ],
  [
    'sslrootcert=system with prefer',
    { options, settings: { sslmode: 'prefer' }, environment: { PGSSLROOTCERT: 'system' } },
    [
      '2 problems with the connection settings:',
      `  1. weak sslmode=prefer (from settings.sslmode) ${SYSTEM}`,
      `  2. sslmode=prefer (from settings.sslmode) ${LOCAL}`,
    ].join('\n'),
  ],
  [
    'sslnegotiation=direct with prefer',
    { options: { ...options, sslnegotiation: 'direct' }, settings: { policy: 'development', sslmode: 'prefer' } },
    'weak sslmode=prefer (from settings.sslmode) may not be used with sslnegotiation=direct (from option sslnegotiation); use require, verify-ca or verify-full',
  ],
  [
    'a least version above the most',
    { options: { ...options, ssl: { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' } } },
    'ssl_max_protocol_version=TLSv1.2 (from option ssl.maxVersion) is below ssl_min_protocol_version=TLSv1.3 (from option ssl.minVersion); raise it or leave it out',
  ],
  [
    'a version that is not safe',
    { options, environment: { PGSSLMINPROTOCOLVERSION: 'TLSv1' } },
    'ssl_min_protocol_version=TLSv1 (from PGSSLMINPROTOCOLVERSION) names a version that is not safe (RFC 8996); use TLSv1.2 or TLSv1.3, or leave it out',
  ],
  [
    'a version that does not exist',
    { options: { ...options, ssl: { minVersion: 'TLSv1.4' } } },
    'invalid ssl_min_protocol_version value "TLSv1.4" (from option ssl.minVersion); did you mean TLSv1.2?',
  ],
  [
    'verify-ca without a root, in development, where it is not raised',
    { options, settings: { policy: 'development', sslmode: 'verify-ca' } },
    'root certificate is missing: sslmode=verify-ca (from settings.sslmode) needs the CA certificate of the server in sslrootcert, DB_SSL_CA or ~/.postgresql/root.crt',
  ],
]

const AUTHENTICATION: readonly Refused[] = [
  ...['scram', 'SCRAM-SHA-256', 'scram_sha_256'].map(
    (method): Refused => [
      `require_auth=${method}`,
      { options, environment: { PGREQUIREAUTH: method } },
      `invalid require_auth value "${method}" (from PGREQUIREAUTH): unknown method "${method}"; did you mean scram-sha-256?`,
    ],
  ),
  [
    'require_auth=kerberos',
    { options, settings: { require_auth: 'kerberos' } },
    `invalid require_auth value "kerberos" (from settings.require_auth): unknown method "kerberos"; ${METHODS}`,
  ],
  [
    'require_auth that is empty, with which libpq accepts nothing',
    { options, environment: { PGREQUIREAUTH: '' } },
    'require_auth (from PGREQUIREAUTH) is empty; list the methods to accept, or leave it out',
  ],
  [
    'require_auth with a method twice',
    { options, settings: { require_auth: 'scram-sha-256,scram-sha-256' } },
    'invalid require_auth value "scram-sha-256,scram-sha-256" (from settings.require_auth): method "scram-sha-256" is listed twice; list it once',
  ],
  [
    'require_auth that allows and forbids',
    { options, settings: { require_auth: 'scram-sha-256,!md5' } },
    'invalid require_auth value "scram-sha-256,!md5" (from settings.require_auth): allowed and forbidden (!) methods cannot be mixed; list either kind',
  ],
  [
    'PGCHANNELBINDING=yes (P20)',
    { options, environment: { PGCHANNELBINDING: 'yes' } },
    'invalid channel_binding value "yes" (from PGCHANNELBINDING); it must be disable, prefer or require',
  ],
]

const HOSTS: readonly Refused[] = [
  [
    'a port that is a word',
    { options: { ...options, port: 'five' } },
    'invalid port value "five" (from option port); it must be an integer from 1 to 65535',
  ],
  [
    'three ports for two hosts',
    { options: { ...options, host: 'a,b', port: '1,2,3' } },
    '3 ports (from option port) for 2 hosts (from option host); give one port for all of them, or one for each',
  ],
  [
    'a name in hostaddr',
    { options, settings: { hostaddr: 'db.example' } },
    'invalid hostaddr value "db.example" (from settings.hostaddr); it must be an IP address: put a name in host',
  ],
  [
    'hostaddr alone, where nothing says which name the certificate is to have (P13)',
    { options: { ...options, host: undefined }, settings: { hostaddr: '127.0.0.1' } },
    'host must be given beside hostaddr 127.0.0.1 for sslmode=verify-full (from default of policy production): it is the name that the certificate is checked for',
  ],
  [
    'a limit with a unit',
    { options: { ...options, connectionTimeoutMillis: '15s' }, settings: { connect_timeout: '10s' } },
    [
      '2 problems with the connection settings:',
      '  1. option connectionTimeoutMillis must be a number of 0 or more, not a string',
      '  2. invalid connect_timeout value "10s" (from settings.connect_timeout); it must be an integer',
    ].join('\n'),
  ],
  [
    'a policy that does not exist',
    { options, environment: { VERIFULL_POLICY: 'prod' } },
    'unknown policy "prod" (from VERIFULL_POLICY); use one of development, test, staging, production, strict',
  ],
  [
    'relaxations that do not hold',
    { options, settings: { policy: { allow: { 'plaintext-remote': 'it is slow', 'plaintext-loopback': ' ' } } } },
    [
      '2 problems with the connection settings:',
      '  1. policy.allow["plaintext-remote"] cannot be relaxed; anyone on the network can read and change what is sent in plaintext',
      '  2. policy.allow["plaintext-loopback"] needs a written reason, which is reported',
    ].join('\n'),
  ],
]

describe.each([
  ['TLS', TLS],
  ['authentication', AUTHENTICATION],
  ['hosts, limits and policy', HOSTS],
])('%s: it fails before the network', (_kind, rows) => {
  test.each(rows)('%s', (_what, written, message) => {
    expect(objection(written)).toBe(message)
  })
})

test.each<[string, object]>([
  ['sslrootcert=system, which pg opens as a file (k)', { sslrootcert: 'system' }],
  ['sslnegotiation=direct with the default mode', { sslnegotiation: 'direct' }],
  ['require_auth that forbids', { require_auth: '!password,!md5' }],
  ['a relaxation with a reason', { policy: { allow: { 'plaintext-loopback': 'a local proxy' } }, sslmode: 'disable' }],
])('%s starts', (_what, settings) => {
  expect(objection({ options, settings })).toBe('the application starts')
})

test('nothing of this reached the network', () => {
  expect(listener.accepted).toBe(0)
})

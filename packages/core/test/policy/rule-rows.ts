import type { Severity } from '../../src/errors/finding.ts'
import type { GradedRuleId } from '../../src/errors/rule-id.ts'
import type { Facts, SettingsFacts } from '../../src/policy/facts.ts'
import { type Changes, passwordWith } from './facts.ts'

/** The effect of a rule under one policy. */
export type Grade = Severity | 'off'
const REFUSED = ['warn', 'refuse', 'refuse', 'refuse', 'refuse'] as const
const WHERE_REAL = ['warn', 'warn', 'refuse', 'refuse', 'refuse'] as const
const SERVERS = ['off', 'off', 'refuse', 'refuse', 'refuse'] as const
const WARNED = ['warn', 'warn', 'warn', 'warn', 'warn'] as const
const IN_STRICT = ['off', 'off', 'off', 'off', 'note'] as const

/** One violation of a rule. */
export interface Row {
  readonly rule: GradedRuleId
  readonly facts: Changes
  /** Grades in development, test, staging, production and strict. */
  readonly grades: readonly Grade[]
  /** The violation and the fix. */
  readonly says: readonly [what: string, fix: string]
  /** Similar facts without a violation. */
  readonly twin: Changes
}

export const modeOf = (value: SettingsFacts['sslmode']['value']) => ({ sslmode: { value, source: 'PGSSLMODE' } })
const certificate = (kind: Facts['certificates'][number]['kind'], what: string) => ({
  certificates: [{ kind, what }],
})
const plaintext = (mode: 'disable' | 'allow' | 'prefer'): Row => ({
  rule: 'plaintext-remote',
  facts: { settings: { ...modeOf(mode), remoteHosts: ['a.example:5432', 'b.example:5433'] } },
  grades: REFUSED,
  says: [
    `sslmode=${mode} (from PGSSLMODE) for a.example:5432, b.example:5433`,
    'use sslmode=verify-full; plaintext never leaves this machine',
  ],
  twin: { settings: { ...modeOf(mode), remoteHosts: [] } },
})
const loopback = (mode: 'disable' | 'allow' | 'prefer'): Row => ({
  rule: 'plaintext-loopback',
  facts: { settings: { ...modeOf(mode), remoteHosts: [] } },
  grades: SERVERS,
  says: [
    `sslmode=${mode} (from PGSSLMODE)`,
    'use verify-full, or allow plaintext-loopback with a reason for a local proxy',
  ],
  twin: { settings: { ...modeOf('require'), remoteHosts: [] } },
})
const unverified = (mode: 'allow' | 'prefer' | 'require' | 'verify-ca'): Row => ({
  rule: 'unverified',
  facts: { settings: modeOf(mode) },
  grades: ['warn', 'off', 'off', 'off', 'off'],
  says: [`sslmode=${mode} (from PGSSLMODE) does not verify who the server is`, 'use sslmode=verify-full'],
  twin: { settings: modeOf('verify-full') },
})

/** A row for each kind of violation of each rule about settings, certificates and passwords. */
export const ROWS: readonly Row[] = [
  plaintext('disable'),
  plaintext('allow'),
  plaintext('prefer'),
  loopback('disable'),
  loopback('allow'),
  loopback('prefer'),
  {
    rule: 'socket-shared',
    facts: { settings: { sharedSockets: ['/tmp/.s.PGSQL.5432'] } },
    grades: ['off', 'off', 'warn', 'warn', 'refuse'],
    says: [
      'the Unix socket /tmp/.s.PGSQL.5432, which any user of this machine may have made',
      'set requirepeer to the user that runs the server, use a folder where only the server may write, or set require_auth=scram-sha-256',
    ],
    twin: { settings: { sharedSockets: [] } },
  },
  {
    rule: 'verification-off',
    facts: { settings: { verificationOff: ['option ssl.rejectUnauthorized=false'] } },
    grades: REFUSED,
    says: [
      'option ssl.rejectUnauthorized=false, which turns off the verification of the server',
      'remove it, and set sslrootcert (DB_SSL_CA) to the CA certificate of the server',
    ],
    twin: { settings: { verificationOff: [] } },
  },
  {
    rule: 'identity-check-replaced',
    facts: { settings: { ownIdentityCheck: ['option ssl.checkServerIdentity'] } },
    grades: REFUSED,
    says: [
      "option ssl.checkServerIdentity, which replaces the check of the server's name and is not used",
      'remove it; for a tunnel or an alias set host to the name in the certificate and hostaddr to the address',
    ],
    twin: { settings: { ownIdentityCheck: [] } },
  },
  unverified('allow'),
  unverified('prefer'),
  unverified('require'),
  unverified('verify-ca'),
  {
    rule: 'node-verification-off',
    facts: { settings: { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } } },
    grades: REFUSED,
    says: [
      'NODE_TLS_REJECT_UNAUTHORIZED=0',
      'unset it, and name the CA certificates that are missing (sslrootcert, NODE_EXTRA_CA_CERTS)',
    ],
    twin: { settings: { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } } },
  },
  {
    rule: 'native-driver',
    facts: { settings: { environment: { NODE_PG_FORCE_NATIVE: '' } } },
    grades: ['refuse', 'refuse', 'refuse', 'refuse', 'refuse'],
    says: ['NODE_PG_FORCE_NATIVE, which loads pg-native', 'unset it'],
    twin: { settings: { environment: {} } },
  },
  {
    rule: 'password-dotenv',
    facts: { password: passwordWith({ source: 'PGPASSWORD', dotenvFile: '.env' }) },
    grades: SERVERS,
    says: ['the password (from PGPASSWORD), which is in the file .env', 'use DB_PASSWORD_FILE or a secret store'],
    twin: { password: passwordWith({ source: 'PGPASSWORD' }) },
  },
  {
    rule: 'password-well-known',
    facts: { password: passwordWith({ source: 'PGPASSWORD', wellKnown: true }) },
    grades: SERVERS,
    says: ['a well-known default password (from PGPASSWORD)', 'set a random one of 24 characters or more'],
    twin: { password: passwordWith({ source: 'PGPASSWORD' }) },
  },
  {
    rule: 'password-in-plain-sight',
    facts: { password: passwordWith({ source: 'DATABASE_URL', inPlainSight: true }) },
    grades: ['off', 'off', 'warn', 'warn', 'refuse'],
    says: ['a password in plain sight (from DATABASE_URL)', 'use DB_PASSWORD_FILE, a passfile or a secret store'],
    twin: { password: passwordWith({}) },
  },
  {
    rule: 'certificate-invalid',
    facts: certificate('expired', 'the certificate has expired'),
    grades: WHERE_REAL,
    says: ['the certificate has expired', 'replace it'],
    twin: { certificates: [] },
  },
  {
    rule: 'certificate-invalid',
    facts: certificate('not-yet-valid', 'the certificate is not valid yet'),
    grades: WHERE_REAL,
    says: ['the certificate is not valid yet', "check this machine's clock, or replace it by one that is valid now"],
    twin: { certificates: [] },
  },
  ...(['weak-key', 'weak-signature'] as const).map(
    (kind): Row => ({
      rule: 'certificate-weak',
      facts: certificate(kind, `the certificate has a ${kind}`),
      grades: WHERE_REAL,
      says: [
        `the certificate has a ${kind}`,
        'replace it by one with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better',
      ] as const,
      twin: { certificates: [] },
    }),
  ),
  {
    rule: 'certificate-expiring',
    facts: certificate('expiring', 'the certificate expires in 10 days'),
    grades: WARNED,
    says: ['the certificate expires in 10 days', 'renew it now'],
    twin: { certificates: [] },
  },
  {
    rule: 'certificate-self-signed',
    facts: certificate('leaf-as-root', 'the root is a server certificate'),
    grades: WARNED,
    says: ['the root is a server certificate', 'sign server certificates with a CA and trust that'],
    twin: { certificates: [] },
  },
  {
    rule: 'roots-public',
    facts: { settings: { publicRoots: 'system roots (/etc/ssl/cert.pem), 147' } },
    grades: IN_STRICT,
    says: [
      'trust in every CA of the operating system: system roots (/etc/ssl/cert.pem), 147',
      'set sslrootcert (DB_SSL_CA) to the CA certificate of the server, where it has a CA of its own',
    ],
    twin: { settings: {} },
  },
  {
    rule: 'revocation-unchecked',
    facts: { settings: { ignoresRevocation: true } },
    grades: IN_STRICT,
    says: [
      'verification of the server without a revocation list',
      'set sslcrl to the list that the CA publishes, or use certificates that live for days',
    ],
    twin: { settings: { ignoresRevocation: false } },
  },
  {
    rule: 'pool-waits-forever',
    facts: { settings: { endlessWaits: ['pool.connectionTimeoutMillis=0 (from DB_CONNECTION_TIMEOUT)'] } },
    grades: ['off', 'off', 'warn', 'warn', 'warn'],
    says: [
      'pool.connectionTimeoutMillis=0 (from DB_CONNECTION_TIMEOUT), so that a checkout waits without an end',
      'leave it out for the default of 15 s, or set the time after which a request is better rejected',
    ],
    twin: { settings: { endlessWaits: [] } },
  },
]

import type { Severity } from '../errors/finding.ts'
import type { PolicyName } from '../errors/policy-name.ts'
import { verifiesNobody } from '../system/process-facts.ts'
import type { PolicyFacts } from './facts.ts'

/** One rule of the policies. */
export interface Rule {
  /** Stable id, by which the rule is relaxed. */
  readonly id: string
  /** One sentence: what the rule protects from. */
  readonly why: string
  /** False where no reason justifies it. */
  readonly relaxable: boolean
  readonly grades: Readonly<Record<PolicyName, Severity | 'off'>>
  /** What breaks the rule, each with its secure fix; empty where nothing does. */
  check(facts: PolicyFacts): readonly Said[]
}

/** One thing a rule has to say. */
export interface Said {
  readonly what: string
  readonly fix: string
}

const NOWHERE_BUT_DEVELOPMENT = {
  development: 'warn',
  test: 'refuse',
  staging: 'refuse',
  production: 'refuse',
  strict: 'refuse',
} as const
const WHERE_IT_IS_REAL = {
  development: 'warn',
  test: 'warn',
  staging: 'refuse',
  production: 'refuse',
  strict: 'refuse',
} as const
const EVERYWHERE_A_WARNING = {
  development: 'warn',
  test: 'warn',
  staging: 'warn',
  production: 'warn',
  strict: 'warn',
} as const

/** Every rule, in the order in which findings are listed. */
export const RULES: readonly Rule[] = [
  {
    id: 'plaintext-remote',
    why: 'anyone on the network can read and change what is sent in plaintext',
    relaxable: false,
    grades: NOWHERE_BUT_DEVELOPMENT,
    check: ({ sslmode, remoteHosts }) =>
      allowsPlaintext(sslmode.value) && remoteHosts.length > 0
        ? [
            {
              what: `${named(sslmode)} for ${remoteHosts.join(', ')}`,
              fix: 'use sslmode=verify-full; plaintext never leaves this machine',
            },
          ]
        : [],
  },
  {
    id: 'plaintext-loopback',
    why: 'another user or container of this machine can take the port and read the password',
    relaxable: true,
    grades: { development: 'off', test: 'off', staging: 'refuse', production: 'refuse', strict: 'refuse' },
    check: ({ sslmode, remoteHosts }) =>
      allowsPlaintext(sslmode.value) && remoteHosts.length === 0
        ? [
            {
              what: named(sslmode),
              fix: 'use verify-full, or allow plaintext-loopback with a reason for a local proxy',
            },
          ]
        : [],
  },
  {
    id: 'socket-shared',
    why: 'another user of this machine can make the socket first, and is sent a cleartext or md5 password',
    relaxable: true,
    grades: { development: 'off', test: 'off', staging: 'warn', production: 'warn', strict: 'refuse' },
    check: ({ sharedSockets = [] }) =>
      sharedSockets.map((path) => ({
        what: `the Unix socket ${path}, which any user of this machine may have made`,
        fix: 'set requirepeer to the user that runs the server, use a folder where only the server may write, or set require_auth=scram-sha-256',
      })),
  },
  {
    id: 'verification-off',
    why: 'TLS without verification is TLS with whoever answers',
    relaxable: false,
    grades: NOWHERE_BUT_DEVELOPMENT,
    check: ({ verificationOff }) =>
      verificationOff.map((source) => ({
        what: `${source}, which turns off the verification of the server`,
        fix: 'remove it, and set sslrootcert (DB_SSL_CA) to the CA certificate of the server',
      })),
  },
  {
    id: 'identity-check-replaced',
    why: 'a function that always agrees is the commonest way to turn verification off',
    relaxable: false,
    grades: NOWHERE_BUT_DEVELOPMENT,
    check: ({ ownIdentityCheck }) =>
      ownIdentityCheck.map((source) => ({
        what: `${source}, which replaces the check of the server's name and is not used`,
        fix: 'remove it; for a tunnel or an alias set host to the name in the certificate and hostaddr to the address',
      })),
  },
  {
    id: 'unverified',
    why: 'whoever is on the way can end TLS and look inside',
    relaxable: true,
    grades: { development: 'warn', test: 'off', staging: 'off', production: 'off', strict: 'off' },
    check: ({ sslmode }) =>
      sslmode.value === 'verify-full' || sslmode.value === 'disable'
        ? []
        : [{ what: `${named(sslmode)} does not verify who the server is`, fix: 'use sslmode=verify-full' }],
  },
  {
    id: 'node-verification-off',
    why: 'the variable turns off verification for every TLS connection of the process, secret stores included',
    relaxable: false,
    grades: NOWHERE_BUT_DEVELOPMENT,
    check: ({ environment }) =>
      verifiesNobody(environment)
        ? [
            {
              what: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
              fix: 'unset it, and name the CA certificates that are missing (sslrootcert, NODE_EXTRA_CA_CERTS)',
            },
          ]
        : [],
  },
  {
    id: 'native-driver',
    why: 'pg-native ignores TLS settings and may connect unverified',
    relaxable: false,
    grades: { development: 'refuse', test: 'refuse', staging: 'refuse', production: 'refuse', strict: 'refuse' },
    check: ({ environment }) =>
      environment.NODE_PG_FORCE_NATIVE === undefined
        ? []
        : [{ what: 'NODE_PG_FORCE_NATIVE, which loads pg-native', fix: 'unset it' }],
  },
  {
    id: 'password-dotenv',
    why: '.env files end up in images, backups and repositories',
    relaxable: true,
    grades: { development: 'off', test: 'off', staging: 'refuse', production: 'refuse', strict: 'refuse' },
    check: ({ password }) =>
      password?.dotenvFile === undefined
        ? []
        : [
            {
              what: `the password (from ${password.source}), which is in the file ${password.dotenvFile}`,
              fix: 'use DB_PASSWORD_FILE or a secret store',
            },
          ],
  },
  {
    id: 'password-well-known',
    why: 'it is the first thing an attacker tries',
    relaxable: true,
    grades: { development: 'off', test: 'off', staging: 'refuse', production: 'refuse', strict: 'refuse' },
    check: ({ password }) =>
      password?.wellKnown
        ? [
            {
              what: `a well-known default password (from ${password.source})`,
              fix: 'set a random one of 24 characters or more',
            },
          ]
        : [],
  },
  {
    id: 'password-in-plain-sight',
    why: 'variables, URLs and options are seen by child processes, crash reports and logs',
    relaxable: true,
    grades: { development: 'off', test: 'off', staging: 'warn', production: 'warn', strict: 'refuse' },
    check: ({ password }) =>
      password?.inPlainSight
        ? [
            {
              what: `a password in plain sight (from ${password.source})`,
              fix: 'use DB_PASSWORD_FILE, a passfile or a secret store',
            },
          ]
        : [],
  },
  {
    id: 'certificate-invalid',
    why: 'a certificate outside its time is refused by whoever verifies it',
    relaxable: true,
    grades: WHERE_IT_IS_REAL,
    check: ({ certificates }) => saidOf(certificates, ['expired', 'not-yet-valid'], 'replace it'),
  },
  {
    id: 'certificate-weak',
    why: 'short keys and broken hashes can be forged',
    relaxable: true,
    grades: WHERE_IT_IS_REAL,
    check: ({ certificates }) =>
      saidOf(
        certificates,
        ['weak-key', 'weak-signature'],
        'replace it by one with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better',
      ),
  },
  {
    id: 'certificate-expiring',
    why: 'an expired certificate stops every new connection',
    relaxable: true,
    grades: EVERYWHERE_A_WARNING,
    check: ({ certificates }) => saidOf(certificates, ['expiring'], 'renew it now'),
  },
  {
    id: 'certificate-self-signed',
    why: 'a server certificate that is its own root cannot be replaced without touching every client',
    relaxable: true,
    grades: EVERYWHERE_A_WARNING,
    check: ({ certificates }) =>
      saidOf(certificates, ['leaf-as-root'], 'sign server certificates with a CA and trust that'),
  },
]

function saidOf(certificates: PolicyFacts['certificates'], kinds: readonly string[], fix: string): Said[] {
  return certificates.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => ({ what: message, fix }))
}

function allowsPlaintext(mode: string): boolean {
  return mode === 'disable' || mode === 'allow' || mode === 'prefer'
}

function named({ value, source }: PolicyFacts['sslmode']): string {
  return `sslmode=${value} (from ${source})`
}

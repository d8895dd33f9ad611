import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Severity } from '../../src/errors/finding.ts'
import type { GradedRuleId, OwnRuleId } from '../../src/errors/rule-id.ts'
import type { Facts, SettingsFacts } from '../../src/policy/facts.ts'
import { POLICY_NAMES, type PolicyName } from '../../src/policy/policies.ts'
import { evaluate, type PolicySetting } from '../../src/policy/policy.ts'
import { RULES } from '../../src/policy/rules.ts'
import { type Changes, factsWith, passwordWith } from './facts.ts'

type Grade = Severity | 'off'
const REFUSED = ['warn', 'refuse', 'refuse', 'refuse', 'refuse'] as const
const WHERE_REAL = ['warn', 'warn', 'refuse', 'refuse', 'refuse'] as const
const SERVERS = ['off', 'off', 'refuse', 'refuse', 'refuse'] as const
const WARNED = ['warn', 'warn', 'warn', 'warn', 'warn'] as const

/** One violation of a rule. */
interface Row {
  readonly rule: GradedRuleId
  readonly facts: Changes
  /** Grades in development, test, staging, production and strict. */
  readonly grades: readonly Grade[]
  /** The violation and the fix. */
  readonly says: readonly [what: string, fix: string]
  /** Similar facts without a violation. */
  readonly twin: Changes
}

const modeOf = (value: SettingsFacts['sslmode']['value']) => ({ sslmode: { value, source: 'PGSSLMODE' } })
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

const ROWS: readonly Row[] = [
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
    says: ['the certificate is not valid yet', 'replace it'],
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
]

const cases = ROWS.flatMap((row) =>
  POLICY_NAMES.map((policy, index) => [row.rule, policy, row.grades[index] ?? 'off', row] as const),
)

describe('rules', () => {
  test.each(cases)('%s in %s → %s', (rule, policy, grade, { facts, says: [what, fix] }) => {
    const message =
      grade === 'refuse'
        ? `${what}${what.includes(', which ') ? ',' : ''} is refused by policy ${policy} (rule ${rule}); ${fix}`
        : `${what} (rule ${rule}); ${fix}`
    expect(found(rule, policy, facts)).toEqual(grade === 'off' ? [] : [{ rule, severity: grade, what, fix, message }])
  })

  test.each(ROWS.map((row) => [row.rule, row] as const))('%s, no violation → no finding', (rule, { twin }) => {
    for (const policy of POLICY_NAMES) expect(found(rule, policy, twin)).toEqual([])
  })

  test('an id without a rule, and a rule that cannot be allowed → do not compile', () => {
    expectTypeOf<(typeof RULES)[number]['id']>().toEqualTypeOf<GradedRuleId>()
    expectTypeOf<{ 'plaintext-loopback': string }>().toExtend<NonNullable<PolicySetting['allow']>>()
    expectTypeOf<keyof NonNullable<PolicySetting['allow']>>().toExtend<GradedRuleId | OwnRuleId>()
    expectTypeOf<'plaintext-remote'>().not.toExtend<keyof NonNullable<PolicySetting['allow']>>()
    expectTypeOf<'plaintext-loopbak'>().not.toExtend<keyof NonNullable<PolicySetting['allow']>>()
  })

  test('facts that were not collected → its rules give nothing, and the others speak', () => {
    const password = passwordWith({ wellKnown: true })
    expect(evaluate(policyNamed('production'), {})).toEqual([])
    expect(evaluate(policyNamed('production'), { password }).map(({ rule }) => rule)).toEqual(['password-well-known'])
  })

  test('rows: every rule about settings, certificates and passwords → has one', () => {
    const atTheStart = RULES.filter(({ needs }) => !['session', 'server', 'endpoint'].includes(needs))
    expect([...new Set(ROWS.map(({ rule }) => rule))].sort()).toEqual(atTheStart.map(({ id }) => id).sort())
  })
})

describe('evaluate', () => {
  test('no violation → nothing', () => {
    for (const name of POLICY_NAMES) expect(evaluate(policyNamed(name), factsWith({}))).toEqual([])
  })

  test('several violations → all, in the order of the rules', () => {
    const findings = evaluate(
      policyNamed('production'),
      factsWith({
        settings: {
          ...modeOf('prefer'),
          verificationOff: ['option ssl.rejectUnauthorized=false', 'DB_SSL_VERIFY=false'],
          environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        },
        password: passwordWith({ source: 'PGPASSWORD', inPlainSight: true, wellKnown: true }),
      }),
    )
    expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      'plaintext-remote refuse',
      'verification-off refuse',
      'verification-off refuse',
      'node-verification-off refuse',
      'password-well-known refuse',
      'password-in-plain-sight warn',
    ])
  })

  test('a local and a remote host → judged as remote', () => {
    const facts = { settings: { ...modeOf('disable'), remoteHosts: ['b.example:5432'] } }
    expect(found('plaintext-remote', 'production', facts)).toHaveLength(1)
  })
})

function policyNamed(name: PolicyName) {
  return { name, source: 'test', allow: {} }
}

function found(rule: GradedRuleId, name: PolicyName, facts: Changes) {
  return evaluate(policyNamed(name), factsWith(facts)).filter((finding) => finding.rule === rule)
}

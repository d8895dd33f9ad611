import { describe, expect, expectTypeOf, test } from 'vitest'
import type { GradedRuleId, OwnRuleId } from '../../src/errors/rule-id.ts'
import { POLICY_NAMES, type PolicyName } from '../../src/policy/policies.ts'
import { evaluate, type PolicySetting } from '../../src/policy/policy.ts'
import { RULES } from '../../src/policy/rules.ts'
import { type Changes, factsWith, passwordWith } from './facts.ts'
import { modeOf, ROWS } from './rule-rows.ts'

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

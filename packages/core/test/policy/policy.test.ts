import { describe, expect, test } from 'vitest'
import { choosePolicy, evaluate } from '../../src/policy/policy.ts'
import { raiseSslmode } from '../../src/policy/raise-sslmode.ts'
import { RULES } from '../../src/policy/rules.ts'
import type { SslMode } from '../../src/sslmode.ts'
import { factsWith, passwordWith } from './facts.ts'

describe('policy: settings, else environment, else production', () => {
  test.each([
    ['nothing', undefined, {}, 'production', 'default'],
    ['NODE_ENV', undefined, { NODE_ENV: 'development' }, 'development', 'NODE_ENV'],
    ['a NODE_ENV that is no policy', undefined, { NODE_ENV: 'dev' }, 'production', 'default'],
    ['an empty NODE_ENV', undefined, { NODE_ENV: '' }, 'production', 'default'],
    ['VERIFULL_POLICY', undefined, { VERIFULL_POLICY: 'strict', NODE_ENV: 'test' }, 'strict', 'VERIFULL_POLICY'],
    ['an empty VERIFULL_POLICY', undefined, { VERIFULL_POLICY: '', NODE_ENV: 'test' }, 'test', 'NODE_ENV'],
    ['a name', 'staging', { VERIFULL_POLICY: 'development' }, 'staging', 'settings.policy'],
    ['an object', { use: 'strict' }, { NODE_ENV: 'development' }, 'strict', 'settings.policy'],
    ['an object without a name', { allow: {} }, { NODE_ENV: 'test' }, 'test', 'NODE_ENV'],
  ] as const)('%s', (_what, setting, environment, name, source) => {
    expect(choosePolicy(setting, environment)).toMatchObject({ policy: { name, source }, problems: [] })
  })

  test.each([
    ['settings.policy', 'prod' as never, {}],
    ['VERIFULL_POLICY', undefined, { VERIFULL_POLICY: 'prod', NODE_ENV: 'development' }],
  ])('an unknown one from %s → a problem, and production', (source, setting, environment) => {
    const { policy, problems } = choosePolicy(setting, environment)
    expect(policy.name).toBe('production')
    expect(problems).toEqual([
      {
        parameter: 'policy',
        severity: 'refuse',
        message: `unknown policy "prod" (from ${source}); use one of development, test, staging, production, strict`,
      },
    ])
  })
})

describe('policy.allow', () => {
  const relaxable = RULES.filter((rule) => rule.relaxable).map(({ id }) => id)

  test('a refusal → a warning with the reason', () => {
    const facts = factsWith({ settings: { sslmode: { value: 'disable', source: 'DATABASE_URL' }, remoteHosts: [] } })
    const relaxed = choosePolicy({ allow: { 'plaintext-loopback': 'cloud-sql-proxy sidecar' } }, {})
    expect(relaxed.problems).toEqual([])
    expect(evaluate(relaxed.policy, facts)).toEqual([
      {
        rule: 'plaintext-loopback',
        severity: 'warn',
        what: 'sslmode=disable (from DATABASE_URL)',
        fix: 'use verify-full, or allow plaintext-loopback with a reason for a local proxy',
        message: 'sslmode=disable (from DATABASE_URL), allowed by name: cloud-sql-proxy sidecar',
        allowedBecause: 'cloud-sql-proxy sidecar',
      },
    ])
    expect(evaluate(choosePolicy(undefined, {}).policy, facts)).toMatchObject([{ severity: 'refuse' }])
  })

  test('a warning → a note with the reason', () => {
    const facts = factsWith({ password: passwordWith({ inPlainSight: true }) })
    const { policy } = choosePolicy({ allow: { 'password-in-plain-sight': 'the host gives nothing else' } }, {})
    expect(evaluate(policy, facts)).toEqual([
      {
        rule: 'password-in-plain-sight',
        severity: 'note',
        what: 'a password in plain sight (from DB_PASSWORD_FILE)',
        fix: 'use DB_PASSWORD_FILE, a passfile or a secret store',
        message: 'a password in plain sight (from DB_PASSWORD_FILE), allowed by name: the host gives nothing else',
        allowedBecause: 'the host gives nothing else',
      },
    ])
    expect(evaluate(choosePolicy(undefined, {}).policy, facts)).toMatchObject([{ severity: 'warn' }])
  })

  test('other rules → unchanged', () => {
    const facts = factsWith({
      settings: { sslmode: { value: 'prefer', source: 'PGSSLMODE' } },
      password: passwordWith({ wellKnown: true }),
    })
    const { policy } = choosePolicy({ allow: { 'plaintext-loopback': 'a proxy' } }, {})
    expect(evaluate(policy, facts).map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      'plaintext-remote refuse',
      'password-well-known refuse',
    ])
  })

  test.each(relaxable)('%s → can be relaxed', (rule) => {
    expect(choosePolicy({ allow: { [rule]: 'a reason' } }, {}).problems).toEqual([])
  })

  test.each(RULES.filter((rule) => !rule.relaxable).map(({ id, why }) => [id, why]))(
    '%s → cannot be relaxed',
    (rule, why) => {
      const { policy, problems } = choosePolicy({ allow: { [rule]: 'a reason' } }, {})
      expect(problems).toEqual([
        { parameter: 'policy.allow', severity: 'refuse', message: `policy.allow["${rule}"] cannot be relaxed; ${why}` },
      ])
      const facts = factsWith({
        settings: {
          sslmode: { value: 'disable', source: 'test' },
          verificationOff: ['test'],
          ownIdentityCheck: ['test'],
          environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_PG_FORCE_NATIVE: '1' },
        },
      })
      expect(evaluate(policy, facts).filter((finding) => finding.rule === rule)).toMatchObject([{ severity: 'refuse' }])
    },
  )

  test.each([
    [
      'an empty reason',
      { 'plaintext-loopback': '' },
      'policy.allow["plaintext-loopback"] needs a written reason, which is reported',
    ],
    [
      'a blank reason',
      { 'plaintext-loopback': ' \n' },
      'policy.allow["plaintext-loopback"] needs a written reason, which is reported',
    ],
    [
      'true for a reason',
      { 'plaintext-loopback': true },
      'policy.allow["plaintext-loopback"] needs a written reason, which is reported',
    ],
    [
      'an unknown rule',
      { plaintext: 'a proxy' },
      `policy.allow["plaintext"] is no rule; the rules are ${relaxable.join(', ')}`,
    ],
    [
      'a name that every object has',
      { constructor: 'x' },
      `policy.allow["constructor"] is no rule; the rules are ${relaxable.join(', ')}`,
    ],
  ])('%s → a problem', (_what, allow, message) => {
    const { problems } = choosePolicy({ allow: allow as Record<string, string> }, {})
    expect(problems).toEqual([{ parameter: 'policy.allow', severity: 'refuse', message }])
  })

  test('several problems → all are listed', () => {
    const allow = { 'plaintext-remote': 'x', nonsense: 'x', 'plaintext-loopback': '' }
    expect(choosePolicy({ use: 'prod' as never, allow }, {}).problems).toHaveLength(4)
  })
})

describe('policy: raised modes', () => {
  const raised = ['staging', 'production', 'strict'] as const
  const given = (value: SslMode) => ({ value, source: 'DATABASE_URL' })

  test.each(raised.flatMap((policy) => (['require', 'verify-ca'] as const).map((mode) => [mode, policy] as const)))(
    '%s in %s → verify-full, reported',
    (mode, policy) => {
      const missing = mode === 'require' ? 'without verification' : 'without a check of the name'
      const fix = `write verify-full: other tools that read this URL may connect ${missing}, as pg does from its next major version on`
      for (const anyRemote of [true, false]) {
        expect(raiseSslmode(given(mode), policy, anyRemote)).toEqual({
          sslmode: { value: 'verify-full', source: `DATABASE_URL, raised by policy ${policy}` },
          findings: [
            {
              rule: 'verification-raised',
              severity: 'note',
              what: `sslmode=${mode} (from DATABASE_URL) is raised to verify-full by policy ${policy}`,
              fix,
              message: `sslmode=${mode} (from DATABASE_URL) is raised to verify-full by policy ${policy} (rule verification-raised); ${fix}`,
            },
          ],
        })
      }
    },
  )

  test('test with a remote host → raised; development → never', () => {
    const modes = [
      raiseSslmode(given('require'), 'test', true),
      raiseSslmode(given('require'), 'test', false),
      raiseSslmode(given('require'), 'development', true),
    ]
    expect(modes.map(({ sslmode }) => sslmode.value)).toEqual(['verify-full', 'require', 'require'])
  })

  test.each(['disable', 'allow', 'prefer', 'verify-full'] as const)('%s → unchanged', (mode) => {
    for (const policy of raised) {
      expect(raiseSslmode(given(mode), policy, true)).toEqual({ sslmode: given(mode), findings: [] })
    }
  })
})

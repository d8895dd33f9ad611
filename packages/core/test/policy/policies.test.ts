import { describe, expect, test } from 'vitest'
import { explain, type PolicyName, poolLimits, resolveProfile, type Settings } from '../../src/index.ts'
import { POLICY_NAMES } from '../../src/policy/policies.ts'
import { severities } from '../../src/policy/severities.ts'

/** Meaning of each policy for an application. */
const POLICIES: Readonly<Record<PolicyName, readonly unknown[]>> = {
  //              no mode: local, remote            require: local, private, public              plaintext and exposed password
  development: ['prefer', 'verify-full', 'require', 'require', 'require', 'anywhere', 'encrypted', { min: 2, max: 5 }],
  test: ['prefer', 'verify-full', 'require', 'require', 'verify-full', 'private', 'encrypted', { min: 1, max: 3 }],
  staging: [...Array(5).fill('verify-full'), 'loopback', 'verified', { min: 5, max: 20 }],
  production: [...Array(5).fill('verify-full'), 'loopback', 'verified', { min: 10, max: 50 }],
  strict: [...Array(5).fill('verify-full'), 'loopback', 'verified', { min: 10, max: 50 }],
}

function seen(policy: PolicyName): readonly unknown[] {
  const mode = (settings: Settings) =>
    explain({ settings: { user: 'app', policy, environment: {}, ...settings } }).sslmode.value
  const allow = { 'plaintext-loopback': 'the table is what counts' } as const
  const local = {
    host: 'localhost',
    user: 'app',
    sslmode: 'disable',
    policy: { use: policy, allow },
    environment: {},
  } as const
  const { profile } = resolveProfile({ settings: local })
  return [
    ...['localhost', 'db.example'].map((host) => mode({ host })),
    ...['localhost', '10.0.0.1', 'db.example'].map((host) => mode({ host, sslmode: 'require' })),
    profile.plaintext,
    profile.authentication.exposedPassword,
    poolLimits(policy),
  ]
}

describe('policies', () => {
  test.each(POLICY_NAMES)('policy %s → means what the table says', (policy) => {
    expect(seen(policy)).toEqual(POLICIES[policy])
  })

  test('their order → from the laxest to the strictest', () => {
    expect(POLICY_NAMES).toEqual(Object.keys(POLICIES))
  })
})

describe('severities', () => {
  test('a policy that is not named → has the severity of the laxer one before it', () => {
    expect(severities({ development: 'warn', staging: 'refuse' })).toEqual({
      development: 'warn',
      test: 'warn',
      staging: 'refuse',
      production: 'refuse',
      strict: 'refuse',
    })
  })

  test('policies before the first that is named → off; a later off → from there on', () => {
    expect(severities({ test: 'note', production: 'off' })).toEqual({
      development: 'off',
      test: 'note',
      staging: 'note',
      production: 'off',
      strict: 'off',
    })
  })
})

import { describe, expect, test } from 'vitest'
import { explain, resolveProfile } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'

const INSECURE = { host: 'db.example', user: 'app', sslmode: 'disable' } satisfies Settings
const FIX = "so production holds; on a developer's machine set NODE_ENV=development or VERIFULL_POLICY=development"

function refusal(settings: Settings): string {
  try {
    resolveProfile({ settings })
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

describe('policy: none is named → every refusal says so, and what a developer needs', () => {
  const unset = `note: no policy is named: neither NODE_ENV nor VERIFULL_POLICY is set, ${FIX}`

  test.each<[string, Settings, string]>([
    ['plaintext', INSECURE, unset],
    ['an empty NODE_ENV', { ...INSECURE, environment: { NODE_ENV: '' } }, unset],
    ['plaintext on this machine', { ...INSECURE, host: 'localhost' }, unset],
    ['a default password', { host: 'db.example', user: 'app', password: 'postgres' }, unset],
    [
      'a NODE_ENV of its own',
      { ...INSECURE, environment: { NODE_ENV: 'qa' } },
      `note: no policy is named: NODE_ENV="qa" is none of development, test, staging, production, strict, ${FIX}`,
    ],
    [
      'verification turned off, beside a mistake in the settings',
      { ...INSECURE, environment: { DB_SSL_VERIFY: 'false', DB_SSL_MODE: 'verify_full' } },
      unset,
    ],
  ])('%s', (_what, settings, note) => {
    const message = refusal({ environment: {}, ...settings })
    expect(message.split('\n')).toContain(note)
    expect(message).toContain('is refused by policy production')
  })

  test.each<[string, Settings]>([
    ['NODE_ENV=production', { ...INSECURE, environment: { NODE_ENV: 'production' } }],
    ['VERIFULL_POLICY', { ...INSECURE, environment: { VERIFULL_POLICY: 'staging' } }],
    ['settings.policy', { ...INSECURE, environment: {}, policy: 'strict' }],
    ['a mistake that no policy forgives', { user: 'app', port: 'x', environment: {} }],
  ])('%s → nothing is said of it', (_what, settings) => {
    expect(refusal(settings)).not.toBe('accepted')
    expect(refusal(settings)).not.toContain('no policy is named')
  })

  test('explain(): no policy is named → the same note beside the policy', () => {
    expect(explain({ settings: { ...INSECURE, environment: {} } }).policy).toEqual({
      name: 'production',
      source: 'default',
      note: `no policy is named: neither NODE_ENV nor VERIFULL_POLICY is set, ${FIX}`,
    })
    expect(explain({ settings: { ...INSECURE, environment: {}, policy: 'test' } }).policy).toEqual({
      name: 'test',
      source: 'settings.policy',
    })
  })
})

describe('NODE_ENV: a near miss of a policy → told, and production holds', () => {
  test.each<[string, string, 'warn' | 'note']>([
    ['Development', 'development', 'warn'],
    ['DEVELOPMENT', 'development', 'warn'],
    ['development ', 'development', 'warn'],
    ['developement', 'development', 'warn'],
    ['dev', 'development', 'warn'],
    ['local', 'development', 'warn'],
    ['Test', 'test', 'warn'],
    ['testing', 'test', 'warn'],
    ['Staging', 'staging', 'warn'],
    ['stage', 'staging', 'warn'],
    ['prod', 'production', 'note'],
    ['PRODUCTION', 'production', 'note'],
    [' production ', 'production', 'note'],
  ])('%j → %s', (node, meant, severity) => {
    const { policy, findings } = explain({
      settings: { host: 'db.example', user: 'app', environment: { NODE_ENV: node } },
    })
    expect(policy).toMatchObject({ name: 'production', source: 'default' })
    expect(findings).toEqual([
      {
        rule: 'policy-name',
        severity,
        what: `NODE_ENV="${node}" names no policy, so production holds`,
        fix: `write NODE_ENV=${meant}, or set VERIFULL_POLICY`,
        message: `NODE_ENV="${node}" names no policy, so production holds (rule policy-name); write NODE_ENV=${meant}, or set VERIFULL_POLICY`,
      },
    ])
    const message = refusal({ ...INSECURE, environment: { NODE_ENV: node } })
    expect(message).toContain(meant === 'production' ? FIX : `did you mean NODE_ENV=${meant}?`)
  })

  test.each(['qa', 'e2e', 'uat', 'preview', 'sandbox'])('%s → no finding', (node) => {
    expect(
      explain({ settings: { host: 'db.example', user: 'app', environment: { NODE_ENV: node } } }).findings,
    ).toEqual([])
  })

  test('VERIFULL_POLICY: a near miss → a problem that names the policy', () => {
    const { problems } = explain({ settings: { ...INSECURE, environment: { VERIFULL_POLICY: 'Development' } } })
    expect(problems.map(({ message }) => message)).toEqual([
      'unknown policy "Development" (from VERIFULL_POLICY); did you mean development?',
    ])
  })
})

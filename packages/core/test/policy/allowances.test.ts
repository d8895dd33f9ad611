import { describe, expect, test } from 'vitest'
import { explain, resolveProfile } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'

const LOCAL = { host: '127.0.0.1', user: 'app', sslmode: 'disable', policy: 'production' } satisfies Settings

function refusal(settings: Settings): string {
  try {
    resolveProfile({ settings })
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

describe('VERIFULL_ALLOW', () => {
  test('a rule with a reason → allowed, and the reason is reported', () => {
    const settings = { ...LOCAL, environment: { VERIFULL_ALLOW: 'plaintext-loopback: PgBouncer: verifies the server' } }
    expect(refusal(settings)).toBe('accepted')
    expect(explain({ settings }).findings).toEqual([
      {
        rule: 'plaintext-loopback',
        severity: 'warn',
        what: 'sslmode=disable (from settings.sslmode)',
        fix: 'use verify-full, or allow plaintext-loopback with a reason for a local proxy',
        message: 'sslmode=disable (from settings.sslmode), allowed by name: PgBouncer: verifies the server',
        allowedBecause: 'PgBouncer: verifies the server',
      },
    ])
  })

  test('several rules, blanks and a last semicolon → all are allowed', () => {
    const environment = { VERIFULL_ALLOW: ' plaintext-loopback:a proxy ;\n password-well-known : a demo; ' }
    expect(refusal({ ...LOCAL, password: 'postgres', environment })).toBe('accepted')
  })

  test('beside policy.allow → both hold, and the settings have the last word', () => {
    const environment = { VERIFULL_ALLOW: 'plaintext-loopback: weaker; password-well-known: a demo' }
    const policy = { use: 'production', allow: { 'plaintext-loopback': 'stronger' } } as const
    const { accepted, findings } = explain({ settings: { ...LOCAL, password: 'postgres', policy, environment } })
    expect(accepted).toBe(true)
    const reasons = findings.flatMap(({ rule, allowedBecause }) => (allowedBecause ? [[rule, allowedBecause]] : []))
    expect(reasons).toEqual([
      ['plaintext-loopback', 'stronger'],
      ['password-well-known', 'a demo'],
    ])
  })

  test.each<[string, string]>([
    ['plaintext-loopback', '"plaintext-loopback" in VERIFULL_ALLOW needs a written reason, which is reported'],
    ['plaintext-loopback:  ', '"plaintext-loopback" in VERIFULL_ALLOW needs a written reason, which is reported'],
    ['plaintext-remote: x', '"plaintext-remote" in VERIFULL_ALLOW cannot be relaxed; anyone on the network can'],
    ['plaintext: x', '"plaintext" in VERIFULL_ALLOW is no rule; the rules are plaintext-loopback, '],
    ['__proto__: x', '"__proto__" in VERIFULL_ALLOW is no rule; the rules are plaintext-loopback, '],
  ])('%j → a problem', (text, message) => {
    const { accepted, problems } = explain({ settings: { ...LOCAL, environment: { VERIFULL_ALLOW: text } } })
    expect(accepted).toBe(false)
    expect(problems[0]?.message).toContain(message)
  })

  test('a refusal that can be allowed → shows the variable, with every such rule', () => {
    const message = refusal({ ...LOCAL, password: 'postgres', environment: {} })
    expect(message).toContain('VERIFULL_ALLOW="plaintext-loopback: REASON; password-well-known: REASON"')
  })

  test('a refusal that no reason justifies → does not show it', () => {
    const message = refusal({ ...LOCAL, host: 'db.example', environment: {} })
    expect(message).toContain('rule plaintext-remote')
    expect(message).not.toContain('VERIFULL_ALLOW')
  })
})

import { describe, expect, test } from 'vitest'
import { POLICY_NAMES } from '../../src/policy/policies.ts'
import { evaluate } from '../../src/policy/policy.ts'
import { RULES } from '../../src/policy/rules.ts'
import { factsWith } from './facts.ts'
import { type Change, LIVE_ROWS, type Live } from './live-rule-rows.ts'

const LETTERS: Readonly<Record<string, string>> = { n: 'note', w: 'warn', r: 'refuse' }

describe.each(Object.entries(LIVE_ROWS))('%s', (id, { grades, broken, kept }) => {
  test('each violation → its grade under each policy, and its words', () => {
    for (const [change, what] of broken) {
      const findings = POLICY_NAMES.map((name) => found(id, name, change))
      expect(findings.map(([one]) => one?.severity)).toEqual([...grades].map((letter) => LETTERS[letter]))
      expect(findings.flat().map((one) => one.what)).toEqual(findings.flat().map(() => what))
      for (const { fix, message } of findings.flat()) {
        expect(fix).not.toBe('')
        expect(message).toContain(fix)
      }
    }
  })

  test('no violation → no finding', () => {
    for (const change of [{}, ...kept]) for (const name of POLICY_NAMES) expect(found(id, name, change)).toEqual([])
  })

  test('its facts were not collected → no finding', () => {
    const { needs } = RULES.find((rule) => rule.id === id) ?? {}
    for (const [change] of broken) {
      const { [needs as keyof Live]: _missing, ...others } = factsWith(change)
      expect(evaluate({ name: 'strict', source: 'test', allow: {} }, others)).not.toContainEqual(
        expect.objectContaining({ rule: id }),
      )
    }
  })
})

test('rows: every rule about a connection → has one', () => {
  const live = RULES.filter(({ needs }) => ['session', 'server', 'endpoint'].includes(needs))
  expect(Object.keys(LIVE_ROWS).sort()).toEqual(live.map(({ id }) => id).sort())
})

function found(id: string, name: (typeof POLICY_NAMES)[number], change: Change) {
  return evaluate({ name, source: 'test', allow: {} }, factsWith(change)).filter(({ rule }) => rule === id)
}

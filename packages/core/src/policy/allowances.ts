import { type Problem, problemWith } from '../errors/finding.ts'
import type { RuleId } from '../errors/rule-id.ts'
import { printable } from '../text/printable.ts'
import { quote } from '../text/quote.ts'
import { bare } from '../text/record.ts'
import type { Rule } from './rule.ts'
import { RULES } from './rules.ts'

/** Rules that are relaxed: rule id → the reason. */
export type Allowances = Readonly<Record<string, string>>

/** The rules that are relaxed, and the mistakes in their list. */
export interface ReadAllowances {
  readonly allow: Allowances
  readonly problems: readonly Problem[]
}

/**
 * The rules that settings and `VERIFULL_ALLOW` (`rule: reason; rule: reason`) relax; the settings' reason is the stronger.
 *
 * @param own Rules of the application.
 */
export function readAllowances(
  settings: Allowances,
  variable: string | undefined,
  own: readonly Rule[] = [],
): ReadAllowances {
  const entries = (variable ?? '').split(';').filter((entry) => entry.trim() !== '')
  const named = entries.map((entry) => {
    const colon = entry.indexOf(':')
    return colon < 0
      ? ([entry.trim(), ''] as const)
      : ([entry.slice(0, colon).trim(), entry.slice(colon + 1).trim()] as const)
  })
  return {
    allow: bare({ ...Object.fromEntries(named), ...settings }),
    problems: [
      ...Object.entries(settings).flatMap(([id, reason]) =>
        objection('policy.allow', `policy.allow["${printable(id)}"]`, id, reason, own),
      ),
      ...named.flatMap(([id, reason]) =>
        objection('VERIFULL_ALLOW', `${quote(id)} in VERIFULL_ALLOW`, id, reason, own),
      ),
    ],
  }
}

/** Shows how the rules among these that can be allowed are allowed; undefined where none can. */
export function howToAllow(rules: readonly RuleId[], own: readonly Rule[] = []): string | undefined {
  const ids = [...RULES, ...own].filter(({ id, relaxable }) => relaxable && rules.includes(id)).map(({ id }) => id)
  if (ids.length === 0) return undefined
  const text = ids.map((id) => `${id}: REASON`).join('; ')
  return `a rule that does not apply here is allowed by name, with a reason that is reported: VERIFULL_ALLOW="${text}", or policy.allow in the settings`
}

function objection(
  parameter: string,
  named: string,
  id: string,
  reason: unknown,
  own: readonly Rule[],
): readonly Problem[] {
  const all: readonly Rule[] = [...RULES, ...own]
  const rule = all.find((candidate) => candidate.id === id)
  const refused = (what: string) => [problemWith(parameter, `${named} ${what}`)]
  if (!rule) {
    const known = all.filter(({ relaxable }) => relaxable).map((candidate) => candidate.id)
    return refused(`is no rule; the rules are ${known.join(', ')}`)
  }
  if (!rule.relaxable) return refused(`cannot be relaxed; ${rule.why}`)
  return typeof reason === 'string' && reason.trim() !== '' ? [] : refused('needs a written reason, which is reported')
}

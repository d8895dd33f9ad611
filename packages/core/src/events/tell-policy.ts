import type { RuleFinding } from '../errors/finding.ts'
import type { OwnRuleId } from '../errors/rule-id.ts'
import type { PolicyChosen } from './policy.ts'
import { isHeard, publish } from './publish.ts'
import { type WarningSetting, warnOnce } from './warnings.ts'

/** Reports the policy of a configuration and its relaxations on the diagnostics channel `verifull:policy`. */
export function tellPolicy({
  name,
  source,
  allow,
  rules = [],
}: Omit<PolicyChosen, 'kind' | 'rules'> & {
  readonly rules?: readonly { readonly id: OwnRuleId }[]
}): void {
  if (!isHeard('verifull:policy')) return
  publish('verifull:policy', { kind: 'policy', name, source, allow, rules: rules.map(({ id }) => id) })
}

/**
 * Reports the findings that refused nothing: on the diagnostics channel `verifull:policy`, or, without a subscriber,
 * the warnings among them on stderr with the code `VERIFULL_POLICY`.
 */
export function tellFindings(findings: readonly RuleFinding[], setting: WarningSetting): void {
  if (isHeard('verifull:policy')) {
    for (const finding of findings) publish('verifull:policy', { kind: 'finding', ...finding })
    return
  }
  for (const { severity, message } of findings) if (severity === 'warn') warnOnce('VERIFULL_POLICY', message, setting)
}

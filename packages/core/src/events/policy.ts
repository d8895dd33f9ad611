import type { RuleFinding } from '../errors/finding.ts'
import type { OwnRuleId } from '../errors/rule-id.ts'
import { isHeard, publish } from './channels.ts'
import { type WarningSetting, warnOnce } from './warnings.ts'

/** An event on the diagnostics channel `verifull:policy`; while something subscribes, no warning is printed. */
export type PolicyEvent = PolicyChosen | PolicyFinding

/** A configuration is made: each time, before its findings. */
export interface PolicyChosen {
  readonly kind: 'policy'
  /** Name of the policy. */
  readonly name: string
  readonly source: string
  /** Rules that are allowed by name, broken or not, each with its reason. */
  readonly allow: Readonly<Record<string, string>>
  /** Ids of the rules of the application's own. */
  readonly rules: readonly OwnRuleId[]
}

/**
 * A configuration is made, a password becomes known, or a connection shows something new, and the policy warns or notes. A refusal is thrown
 * instead.
 */
export interface PolicyFinding extends RuleFinding {
  readonly kind: 'finding'
}

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

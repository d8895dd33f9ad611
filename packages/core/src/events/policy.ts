import type { RuleFinding } from '../errors/finding.ts'
import type { OwnRuleId } from '../errors/rule-id.ts'

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

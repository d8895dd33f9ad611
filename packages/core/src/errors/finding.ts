import type { RuleId } from './rule-id.ts'

/** The effect of a finding: `refuse` stops the application, `warn` prints a warning, `note` is only reported. */
export type Severity = 'refuse' | 'warn' | 'note'

/**
 * One thing that is wrong with the settings or worth saying: about a rule, which the policy grades, or about one
 * parameter.
 */
export type Finding = RuleFinding | Problem

/** A finding about a rule. */
export interface RuleFinding {
  /** Stable id of the rule. */
  readonly rule: RuleId
  /** Never set: the finding is about a rule. */
  readonly parameter?: undefined
  /** Effect under the policy in use. */
  readonly severity: Severity
  /** The violation, with parameter, value and source. */
  readonly what: string
  /** The secure fix. */
  readonly fix: string
  /** `what` and `fix` in one text, with the policy's verdict and the rule's id between them. */
  readonly message: string
  /** The written reason, if the rule was allowed by name. */
  readonly allowedBecause?: string
}

/** A finding about a parameter that is wrong under every policy. */
export interface Problem {
  /** libpq's name of the parameter, or the option's path. */
  readonly parameter: string
  /** Never set: the finding is about a parameter. */
  readonly rule?: undefined
  /** Always `refuse`. */
  readonly severity: 'refuse'
  /** The fault with value and source, and the fix. Lower case, no final full stop, never a secret. */
  readonly message: string
}

/** Makes a finding about a rule, whose message is `what (rule …); fix`. */
export function finding(rule: RuleId, severity: Severity, what: string, fix: string): RuleFinding {
  return { rule, severity, what, fix, message: `${what} (rule ${rule}); ${fix}` }
}

/** Makes a finding about a parameter. */
export function problemWith(parameter: string, message: string): Problem {
  return { parameter, severity: 'refuse', message }
}

/** True for a finding about a parameter. */
export function isProblem(found: Finding): found is Problem {
  return found.parameter !== undefined
}

/** Returns the findings that stop the application. */
export function refusals<Found extends Finding>(findings: readonly Found[]): readonly Found[] {
  return findings.filter(({ severity }) => severity === 'refuse')
}

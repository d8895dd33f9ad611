import type { RuleId } from './rule-id.ts'

/** What a finding means for the application: `refuse` stops it. */
export type Severity = 'refuse' | 'warn' | 'note'

/** Something to be said about the settings: of a rule, which is a matter of the policy, or of one parameter. */
export type Finding = RuleFinding | Problem

/** A finding about a rule. */
export interface RuleFinding {
  /** Stable id of the rule. */
  readonly rule: RuleId
  readonly parameter?: undefined
  readonly severity: Severity
  /** What is wrong, with parameter, value and source. */
  readonly what: string
  /** The secure fix. */
  readonly fix: string
  /** Both, as they are printed: the policy's verdict and the id of the rule stand between them. */
  readonly message: string
  /** The written reason, where the rule was relaxed by name. */
  readonly allowedBecause?: string
}

/** A finding about a parameter that is wrong under every policy. */
export interface Problem {
  /** libpq's name of the parameter, or the option's path. */
  readonly parameter: string
  readonly rule?: undefined
  readonly severity: 'refuse'
  /** What is wrong, with value and source, and the fix. Lower case, no final full stop, never a secret. */
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

/** The findings that stop the application. */
export function refusals<Found extends Finding>(findings: readonly Found[]): readonly Found[] {
  return findings.filter(({ severity }) => severity === 'refuse')
}

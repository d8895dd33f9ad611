import type { RuleId } from './rule-id.ts'

/** What a policy does about a finding. */
export type Severity = 'refuse' | 'warn' | 'note'

/** One thing a policy has to say about the settings. */
export interface Finding {
  /** Stable id of the rule. */
  readonly rule: RuleId
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

/** Makes a finding whose message is `what (rule …); fix`. */
export function finding(rule: RuleId, severity: Severity, what: string, fix: string): Finding {
  return { rule, severity, what, fix, message: `${what} (rule ${rule}); ${fix}` }
}

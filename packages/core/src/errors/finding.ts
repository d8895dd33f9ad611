/** What a policy does about a finding. */
export type Severity = 'refuse' | 'warn' | 'note'

/** One thing a policy has to say about the settings. */
export interface Finding {
  /** Stable id of the rule. */
  readonly rule: string
  readonly severity: Severity
  /** What is wrong, with parameter, value and source, and the secure fix. */
  readonly message: string
  /** The written reason, where the rule was relaxed by name. */
  readonly allowedBecause?: string
}

import type { Severity } from '../errors/finding.ts'
import { POLICY_NAMES, type PolicyName } from './policies.ts'

/** Severity of a violation under each policy; `off` reports nothing. */
export type Severities = Readonly<Record<PolicyName, Severity | 'off'>>

/**
 * Fills in the severity of every policy: the one that is named holds for that policy and the stricter ones, up to the
 * next that is named; before the first it is `off`.
 */
export function severities(changes: Partial<Severities>): Severities {
  let severity: Severity | 'off' = 'off'
  const filled = POLICY_NAMES.map((name) => {
    severity = changes[name] ?? severity
    return [name, severity] as const
  })
  return Object.fromEntries(filled) as Severities
}

export const REFUSE_ALWAYS = severities({ development: 'refuse' })
export const REFUSE_OUTSIDE_DEVELOPMENT = severities({ development: 'warn', test: 'refuse' })
export const REFUSE_FROM_STAGING = severities({ development: 'warn', staging: 'refuse' })
export const WARN_ALWAYS = severities({ development: 'warn' })

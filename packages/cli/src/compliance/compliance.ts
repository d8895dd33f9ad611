import type { PolicyName, RuleId } from '@verifull/core/adapter'
import { RULES } from '@verifull/core/diagnostics'
import type { ReportedFinding } from '../report/report.ts'
import { REFERENCES, type Reference, STANDARDS } from './references.ts'

/** One requirement after a run. */
export interface ComplianceEntry extends Omit<Reference, 'rules'> {
  /** False where number and text were not compared with the original of the standard. */
  readonly isChecked: boolean
  /** Rules that ran and found nothing. */
  readonly proved: readonly RuleId[]
  /** Findings that break the requirement; one that is allowed by name counts, with its reason. */
  readonly disproved: readonly { readonly rule: string; readonly what: string; readonly allowedBecause?: string }[]
  /** Rules that did not run. */
  readonly notChecked: readonly RuleId[]
}

/**
 * Sorts the outcome of a run by requirement.
 *
 * @param findings Findings of the run, with those that a baseline accepts.
 * @param ran Ids of the rules that ran with all the facts that they need.
 */
export function complianceOf(
  findings: readonly ReportedFinding[],
  ran: ReadonlySet<RuleId>,
): readonly ComplianceEntry[] {
  return REFERENCES.map(({ rules, ...reference }) => {
    const broken = findings.filter(({ rule }) => rules.some((id) => id === rule))
    const silent = rules.filter((id) => !broken.some(({ rule }) => rule === id))
    return {
      ...reference,
      isChecked: STANDARDS[reference.standard].isChecked,
      proved: silent.filter((id) => ran.has(id)),
      disproved: broken.map(({ rule, what, allowedBecause }) => ({
        rule,
        what,
        ...(allowedBecause !== undefined && { allowedBecause }),
      })),
      notChecked: silent.filter((id) => !ran.has(id)),
    }
  })
}

/** The rules that run under a policy where these facts were collected; those that the policy leaves out do not. */
export function rulesThatRan(collected: ReadonlySet<string>, policy: PolicyName): ReadonlySet<RuleId> {
  const ran = RULES.filter(({ needs, severity }) => collected.has(needs) && severity[policy] !== 'off')
  return new Set(ran.map(({ id }) => id))
}

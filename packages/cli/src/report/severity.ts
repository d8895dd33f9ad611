import type { Severity } from '@verifull/core/adapter'
import type { ReportedFinding } from './report.ts'

/** Severities from the least to the gravest. */
export const SEVERITIES = ['note', 'warn', 'refuse'] as const satisfies readonly Severity[]

/** Returns the findings with the gravest first; equal ones keep their order. */
export function gravestFirst(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const rank = ({ severity }: ReportedFinding) => SEVERITIES.indexOf(severity)
  return findings.toSorted((one, other) => rank(other) - rank(one))
}

/** Returns the number of findings of each severity in words: `2 refuse, 1 warn`; `no findings` if there are none. */
export function countsOf(findings: readonly ReportedFinding[]): string {
  const counts = SEVERITIES.toReversed().flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
  return counts.length === 0 ? 'no findings' : counts.join(', ')
}

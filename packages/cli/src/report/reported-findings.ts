import type { Finding } from '@verifull/core/adapter'
import type { Location, ReportedFinding } from './report.ts'

/** Findings of core as a report lists them, all at one place if a place is given. */
export function reportedFindings(findings: readonly Finding[], location?: Location): readonly ReportedFinding[] {
  return findings.map((finding) => {
    const place = location && { location }
    if (finding.rule === undefined) {
      const { parameter, severity, message } = finding
      return { rule: `parameter:${parameter}`, severity, what: message, fix: 'see the message', ...place }
    }
    const { rule, severity, what, fix, allowedBecause } = finding
    return { rule, severity, what, fix, ...(allowedBecause !== undefined && { allowedBecause }), ...place }
  })
}

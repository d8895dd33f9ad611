import { addressOfRule, type Finding } from '@verifull/core/diagnostics'
import type { Location, ReportedFinding } from './report.ts'

/** Findings of core as a report lists them, all at one place if a place is given. */
export function reportedFindings(findings: readonly Finding[], location?: Location): readonly ReportedFinding[] {
  return findings.map((finding) => {
    const place = location && { location }
    if (finding.rule === undefined) {
      const { parameter, severity, message } = finding
      const [what, fix] = parted(message)
      return { rule: `parameter:${parameter}`, severity, what, fix: fix ?? `correct ${parameter}`, ...place }
    }
    const { rule, severity, what, fix, allowedBecause } = finding
    const reason = allowedBecause !== undefined && { allowedBecause }
    // Rules of the application's own have no page here.
    const help = !rule.startsWith('own-') && { help: addressOfRule(rule) }
    return { rule, severity, what, fix, ...reason, ...help, ...place }
  })
}

/** The fault and the fix of a message, which stand on the two sides of its last semicolon. */
function parted(message: string): [what: string, fix?: string] {
  const end = message.lastIndexOf('; ')
  return end === -1 ? [message] : [message.slice(0, end), message.slice(end + 2)]
}

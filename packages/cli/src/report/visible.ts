import { printable } from '@verifull/core/diagnostics'
import type { Report, ReportedFinding } from './report.ts'

/** Longest line of a finding, in characters. */
const LONGEST = 2000

/**
 * The report with texts that are safe for a terminal and a log: names of files and values may hold controls, which become
 * visible escapes. Line breaks stay.
 */
export function visible({ findings, unchecked, ...report }: Report): Report {
  return {
    ...report,
    findings: findings.map(visibleFinding),
    unchecked: unchecked.map(({ what, why }) => ({ what: safe(what), why: safe(why) })),
  }
}

function visibleFinding(finding: ReportedFinding): ReportedFinding {
  const { what, fix, location } = finding
  return {
    ...finding,
    what: safe(what),
    fix: safe(fix),
    ...(location && { location: { ...location, file: printable(location.file, LONGEST) } }),
  }
}

function safe(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, LONGEST))
    .join('\n')
}

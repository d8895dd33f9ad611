import type { Report, ReportedFinding } from './report.ts'
import type { Style } from './style.ts'

/** The report as text: facts, findings, and all that could not be checked. */
export function asText(report: Report, style: Style): string {
  const lines = [
    ...report.text(style),
    ...report.findings.flatMap((finding) => findingLines(finding, style)),
    ...report.unchecked.flatMap(({ what, why }) =>
      style.wrap(`${style.doubtful('not checked')} ${what}: ${why}`, '  '),
    ),
  ]
  return `${lines.join('\n')}\n`
}

function findingLines(finding: ReportedFinding, style: Style): readonly string[] {
  const { rule, severity, what, fix, allowedBecause, location } = finding
  const paint = { refuse: style.bad, warn: style.doubtful, note: style.faint }[severity].bind(style)
  const place = location ? `${location.file}${location.line === undefined ? '' : `:${location.line}`}: ` : ''
  const reason = allowedBecause === undefined ? '' : `, allowed by name: ${allowedBecause}`
  return [
    ...style.wrap(`${paint(severity)} ${place}${what}${reason} (${rule})`, '  '),
    ...style.wrap(`  fix: ${fix}`, '    '),
  ]
}

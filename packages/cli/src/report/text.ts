import type { JudgedReport, ReportedFinding } from './report.ts'
import { countsOf } from './severity.ts'
import type { Style } from './style.ts'

/** The report as text: facts, findings, and all that could not be checked. */
export function asText(report: JudgedReport, style: Style): string {
  const { findings, accepted, unchecked } = report
  const lines = [
    ...report.text(style),
    ...findings.flatMap((finding) => findingLines(finding, style)),
    ...unchecked.flatMap(({ what, why }) => style.wrap(`${style.doubtful('not checked')} ${what}: ${why}`, '  ')),
    ...style.wrap(
      [
        countsOf(findings),
        ...(accepted.length === 0 ? [] : [`${accepted.length} accepted by the baseline`]),
        ...(unchecked.length === 0 ? [] : [`${unchecked.length} not checked`]),
      ].join(', '),
    ),
  ]
  return `${lines.join('\n')}\n`
}

function findingLines(finding: ReportedFinding, style: Style): readonly string[] {
  const { rule, severity, what, fix, allowedBecause, location, help } = finding
  const paint = { refuse: style.bad, warn: style.doubtful, note: style.faint }[severity].bind(style)
  const place = location ? `${location.file}${location.line === undefined ? '' : `:${location.line}`}: ` : ''
  const reason = allowedBecause === undefined ? '' : `, allowed by name: ${allowedBecause}`
  return [
    ...style.wrap(`${paint(severity)} ${place}${what}${reason} (${rule})`, '  '),
    ...style.wrap(`  fix: ${fix}`, '    '),
    // The id of a rule is enough to find it; the code of an error is not.
    ...(help === undefined || !rule.startsWith('error:') ? [] : style.wrap(`  see ${style.faint(help)}`, '    ')),
  ]
}

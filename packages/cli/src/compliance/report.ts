import type { RuleId } from '@verifull/core/adapter'
import type { Command } from 'commander'
import type { Report } from '../report/report.ts'
import type { Style } from '../report/style.ts'
import { type ComplianceEntry, complianceOf } from './compliance.ts'

/** Option of commands that have a compliance view. */
export interface ComplianceOptions {
  readonly compliance?: true
}

/** Adds `--compliance`. */
export function withCompliance(command: Command): Command {
  return command.option('--compliance', 'sort the outcome by the requirements of OWASP ASVS, PCI DSS, HIPAA and others')
}

/** The report with its outcome by requirement, if that is asked for; `ran` are the rules that ran. */
export function byRequirement(report: Report, ran: ReadonlySet<RuleId>, { compliance }: ComplianceOptions): Report {
  if (!compliance) return report
  const entries = complianceOf(report.findings, ran)
  return {
    ...report,
    facts: { ...report.facts, compliance: entries },
    text: (style) => [
      ...report.text(style),
      ...entries.flatMap((entry, index) => entryText(entry, entries[index - 1], style)),
      '',
    ],
  }
}

function entryText(entry: ComplianceEntry, before: ComplianceEntry | undefined, style: Style): readonly string[] {
  const { standard, isChecked, id, says, status, proved, disproved, notChecked, always, cannot } = entry
  const title = isChecked ? standard : `${standard} (numbers not compared with the original)`
  const line = (text: string) => style.wrap(`    ${text}`, '      ')
  return [
    ...(before?.standard === standard ? [] : style.wrap(style.strong(title))),
    ...style.wrap(`  ${style.strong(id)} ${status === undefined ? '' : `(${status}) `}${says}`, '    '),
    ...disproved.flatMap(({ rule, what, allowedBecause }) =>
      line(
        `${style.bad('disproved')} ${what}${allowedBecause === undefined ? '' : `, allowed by name: ${allowedBecause}`} (${rule})`,
      ),
    ),
    ...(proved.length === 0 ? [] : line(`${style.good('proved')} nothing found by ${proved.join(', ')}`)),
    ...(always === undefined ? [] : line(`${style.good('always')} ${always}`)),
    ...(notChecked.length === 0 ? [] : line(`${style.doubtful('not checked')} ${notChecked.join(', ')}`)),
    ...line(style.faint(`no client can prove: ${cannot}`)),
  ]
}

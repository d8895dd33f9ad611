import { relative, resolve, sep } from 'node:path'
import type { Severity } from '@verifull/core/adapter'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'
import { dayOf, judge, readBaseline, updated } from './baseline.ts'
import type { Format } from './formats.ts'
import { asGithub } from './github.ts'
import { asJson } from './json.ts'
import { asJunit } from './junit.ts'
import { asMarkdown } from './markdown.ts'
import type { JudgedReport, Report, ReportedFinding } from './report.ts'
import { asSarif } from './sarif.ts'
import { countsOf, SEVERITIES } from './severity.ts'
import { Style } from './style.ts'
import { asText } from './text.ts'
import { visible } from './visible.ts'
import { written } from './written.ts'

/** Options of every command that gives a report. */
export interface ReportOptions {
  readonly format: Format
  /** Least severity that makes the exit code 1. */
  readonly failOn: Severity | 'never'
  /** File for the report, instead of stdout. */
  readonly output?: string
  /** File of findings that are accepted. */
  readonly baseline?: string
  /** True to write the findings into the baseline. */
  readonly updateBaseline?: true
  /** Colours in text, whatever the terminal is. */
  readonly color?: boolean
}

type Renderer = (report: JudgedReport, counts: (finding: ReportedFinding) => boolean, style: Style) => string

const RENDERERS: Readonly<Record<Format, Renderer>> = {
  text: (report, _, style) => asText(report, style),
  json: asJson,
  sarif: asSarif,
  junit: asJunit,
  github: asGithub,
  markdown: asMarkdown,
}

/** Writes the report, and returns the exit code that it stands for. */
export function deliver(report: Report, options: ReportOptions, surroundings: Surroundings): ExitCode {
  const { failOn, format, output, color } = options
  const judged = againstBaseline(visible(report), options, surroundings)
  const counts = ({ severity }: ReportedFinding) =>
    failOn !== 'never' && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn)
  const colour = color ?? (output === undefined && surroundings.colour)
  const text = RENDERERS[format](judged, counts, new Style({ ...surroundings, colour }))
  if (output === undefined) surroundings.stdout.write(text)
  else {
    written(resolve(surroundings.folder, output), text, '--output')
    surroundings.stderr.write(`verifull ${report.command}: ${countsOf(judged.findings)}; the report is in ${output}\n`)
  }
  if (judged.findings.some(counts)) return EXIT.findings
  return judged.unchecked.length > 0 ? EXIT.unchecked : EXIT.ok
}

function againstBaseline(report: Report, options: ReportOptions, { folder, stderr }: Surroundings): JudgedReport {
  const { baseline: file, updateBaseline: isNew = false } = options
  if (file === undefined) {
    if (isNew) throw new UsageError('--update-baseline needs --baseline FILE, the file to write')
    return { ...report, accepted: [], folder }
  }
  const path = resolve(folder, file)
  const now = new Date()
  let baseline = readBaseline(path, isNew)
  if (isNew) {
    baseline = updated(report.findings, baseline, now)
    written(path, `${JSON.stringify(baseline, undefined, 2)}\n`, '--baseline')
    const waiting = baseline.entries.filter(({ reason }) => reason.trim() === '').length
    stderr.write(`verifull: ${file} has ${baseline.entries.length} entries; ${waiting} need a reason\n`)
  }
  const place = relative(folder, path).split(sep).join('/')
  return { ...report, ...judge(report.findings, baseline, place, dayOf(now)), folder }
}

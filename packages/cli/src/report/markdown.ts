import type { JudgedReport, ReportedFinding } from './report.ts'
import { countsOf, gravestFirst } from './severity.ts'

/** Most bytes of the table: GitHub takes 1 MiB of summary per step. */
const MOST_BYTES = 900_000

/** The report as Markdown, for the summary of a step in GitHub Actions (`>> "$GITHUB_STEP_SUMMARY"`). */
export function asMarkdown(report: JudgedReport): string {
  const { command, findings, accepted, unchecked } = report
  const rows = gravestFirst(findings).map(row)
  const shown = withinBytes(rows)
  const lines = [
    `### verifull ${command}: ${countsOf(findings)}`,
    '',
    ...(rows.length === 0 ? [] : ['| severity | place | finding | fix |', '|---|---|---|---|', ...shown, '']),
    ...(shown.length < rows.length ? [`${rows.length - shown.length} findings more, the least grave.`, ''] : []),
    ...(unchecked.length === 0 ? [] : ['**Not checked**', '']),
    ...withinBytes(unchecked.map(({ what, why }) => `- ${inline(what)}: ${inline(why)}`)),
    ...(accepted.length === 0 ? [] : ['', `Accepted by the baseline: ${accepted.length}.`]),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function row({ rule, severity, what, fix, help, location }: ReportedFinding): string {
  const { file = '', line } = location ?? {}
  const place = line === undefined ? file : `${file}:${line}`
  const name = help === undefined ? inline(rule) : `[${inline(rule)}](${help})`
  return `| ${severity} | ${inline(place)} | ${inline(what)} (${name}) | ${inline(fix)} |`
}

/** Escapes text for one line of GitHub's Markdown; nothing in it becomes markup, a link or a mention. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#|~!&<>@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/https?:/g, (scheme) => scheme.replace(':', '&#58;'))
}

function withinBytes(lines: readonly string[]): readonly string[] {
  let bytes = 0
  return lines.filter((line) => {
    bytes += Buffer.byteLength(line) + 1
    return bytes <= MOST_BYTES / 2
  })
}

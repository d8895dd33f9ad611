import { inRepository, repositoryOf } from './place.ts'
import type { JudgedReport, ReportedFinding } from './report.ts'
import { countsOf, gravestFirst } from './severity.ts'

const COMMANDS = { refuse: 'error', warn: 'warning', note: 'notice' } as const

/** The report as commands of GitHub Actions, which shows the first ten of each kind beside the code: the gravest come first. */
export function asGithub(report: JudgedReport): string {
  const repository = repositoryOf(report.folder)
  const lines = [
    ...gravestFirst(report.findings).map((found) => annotation(found, report.folder, repository)),
    ...report.unchecked.map(({ what, why }) => `::error title=not checked::${data(`${what}: ${why}`)}`),
    `verifull ${report.command}: ${countsOf(report.findings)}`,
  ]
  return `${lines.join('\n')}\n`
}

function annotation(found: ReportedFinding, folder: string, repository: string): string {
  const { rule, severity, what, fix, help, location } = found
  const properties = {
    ...(location && {
      file: inRepository(location.file, folder, repository),
      line: location.line,
      endLine: location.endLine,
      col: location.column,
      endColumn: location.endColumn,
    }),
    title: rule,
  }
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${property(String(value))}`],
  )
  const text = [what, `fix: ${fix}`, ...(help === undefined ? [] : [help])].join('\n')
  return `::${COMMANDS[severity]} ${given.join(',')}::${data(text)}`
}

/** Escapes a message as `@actions/core` does. */
function data(text: string): string {
  return text.replace(/[%\r\n]/g, encodeURIComponent)
}

/** Escapes a property, in which `:` and `,` have a meaning as well. */
function property(text: string): string {
  return text.replace(/[%\r\n:,]/g, encodeURIComponent)
}

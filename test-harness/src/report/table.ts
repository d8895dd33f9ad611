import Table from 'cli-table3'
import type { CellResult } from '../suite/result.ts'
import type { Verdict } from '../suite/verdict.ts'
import type { ConformanceReport, ConformanceRun } from './report.ts'
import { tally, WORST_FIRST } from './verdicts.ts'

/** Options of the table. */
export interface TableSettings {
  /** The cells listed below the summary: those that are not equal to libpq, or all. Default `notable`. */
  readonly cells?: 'notable' | 'all'
  /** Colours the verdicts, for example with `process.stdout.isTTY`. Default false. */
  readonly colour?: boolean
}

/**
 * Renders a report for a terminal: one row per requirement with a column per run, then the notable cells with libpq's
 * outcome.
 *
 * @example
 * console.log(renderTable(report, { colour: process.stdout.isTTY }))
 */
export function renderTable(
  report: ConformanceReport,
  { cells = 'notable', colour = false }: TableSettings = {},
): string {
  const details = report.runs.flatMap((run) => {
    const shown = run.results.filter(({ verdict }) => cells === 'all' || !QUIET.includes(verdict))
    const several = report.runs.length > 1 ? [`${titleOf(run)}:`] : []
    return shown.length === 0 ? [] : [...several, detailsOf(run, shown, colour)]
  })
  return [
    ...report.runs.map(heading),
    summary(report, colour),
    ...details,
    ...report.runs.map(countsLine(report)),
  ].join('\n')
}

const QUIET: readonly Verdict[] = ['equal', 'unsupported']

function titleOf({ adapter, server }: ConformanceRun): string {
  return `${adapter} on ${server}`
}

function heading(run: ConformanceRun): string {
  return `${titleOf(run)}, compared with libpq (${run.libpq})`
}

function summary({ requirements, runs }: ConformanceReport, colour: boolean): string {
  const [only] = runs
  const single = runs.length === 1 && only !== undefined
  const table = new Table({
    head: [
      'id',
      'requirement',
      ...(single ? ['cells', 'verdict'] : runs.map(({ adapter, server }) => `${adapter}\n${server}`)),
    ],
    colWidths: [14, ...(single ? [74, 7, 24] : [40, ...runs.map(() => 24)])],
    ...PLAIN,
  })
  for (const { id, sentence } of requirements) {
    const own = runs.map(({ results }) => results.filter(({ requirement }) => requirement === id))
    const cells = single ? [String(own[0]?.length)] : []
    table.push([id, sentence, ...cells, ...own.map((results) => verdictsOf(results, colour))])
  }
  return table.toString()
}

function verdictsOf(results: readonly CellResult[], colour: boolean): string {
  return tally(results)
    .map(({ verdict, count }) => painted(verdict, count === results.length ? verdict : `${count} ${verdict}`, colour))
    .join(', ')
}

function detailsOf({ adapter }: ConformanceRun, results: readonly CellResult[], colour: boolean): string {
  const head = ['cell', 'libpq', adapter, 'verdict']
  const table = new Table({ head, colWidths: [46, 30, 30, 24], ...PLAIN })
  for (const { id, cell, expected, actual, verdict, because } of results) {
    const why = because === undefined ? verdict : `${verdict}: ${because}`
    table.push([`${id}\n${cell}`, expected, actual, painted(verdict, why, colour)])
  }
  return table.toString()
}

function countsLine({ runs }: ConformanceReport): (run: ConformanceRun) => string {
  return (run) => {
    const parts = WORST_FIRST.filter((verdict) => run.counts[verdict] > 0).map(
      (verdict) => `${run.counts[verdict]} ${verdict}`,
    )
    const who = runs.length > 1 ? `${titleOf(run)}: ` : ''
    return `${who}${run.results.length} ${run.results.length === 1 ? 'cell' : 'cells'}: ${parts.join(', ')}`
  }
}

/** Without the library's default colours; ours are added only on request. */
const PLAIN = { wordWrap: true, style: { head: [], border: [] } }

const COLOURS: Readonly<Record<Verdict, number>> = {
  equal: 32,
  stricter: 36,
  weaker: 31,
  different: 33,
  failed: 35,
  unsupported: 90,
}

function painted(verdict: Verdict, text: string, colour: boolean): string {
  return colour ? `\u001b[${COLOURS[verdict]}m${text}\u001b[39m` : text
}

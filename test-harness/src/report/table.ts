import Table from 'cli-table3'
import type { RequirementId } from '../suite/requirements.ts'
import { REQUIREMENTS } from '../suite/requirements.ts'
import type { CellResult } from '../suite/result.ts'
import type { Verdict } from '../suite/verdict.ts'
import type { ConformanceReport } from './report.ts'

/** How a report is drawn. */
export interface TableSettings {
  /** Each cell that is not equal to libpq, or every cell, below the summary. Default `notable`. */
  readonly cells?: 'notable' | 'all'
  /** Colours the verdicts. Default false: give `process.stdout.isTTY`. */
  readonly colour?: boolean
}

/**
 * Draws a report for a terminal: one row per requirement, then the cells worth a look, with libpq's outcome beside.
 *
 * @example
 * console.log(renderTable(report, { colour: process.stdout.isTTY }))
 */
export function renderTable(
  report: ConformanceReport,
  { cells = 'notable', colour = false }: TableSettings = {},
): string {
  const shown = report.results.filter(({ verdict }) => cells === 'all' || !QUIET.includes(verdict))
  return [
    `${report.adapter} on ${report.server}, compared with libpq (${report.libpq})`,
    summary(report, colour),
    ...(shown.length === 0 ? [] : [details(report, shown, colour)]),
    countsLine(report),
  ].join('\n')
}

const QUIET: readonly Verdict[] = ['equal', 'unsupported']

function summary({ results }: ConformanceReport, colour: boolean): string {
  const table = new Table({ head: ['id', 'requirement', 'cells', 'verdict'], colWidths: [13, 74, 7, 24], ...PLAIN })
  const ids = new Set(results.map(({ requirement }) => requirement))
  for (const id of ids) {
    const own = results.filter(({ requirement }) => requirement === id)
    table.push([id, sentenceOf(id), String(own.length), verdictsOf(own, colour)])
  }
  return table.toString()
}

function sentenceOf(id: RequirementId): string {
  return REQUIREMENTS[id].sentence
}

function verdictsOf(results: readonly CellResult[], colour: boolean): string {
  const verdicts = WORST_FIRST.flatMap((verdict) => {
    const count = results.filter((result) => result.verdict === verdict).length
    return count === 0 ? [] : [painted(verdict, count === results.length ? verdict : `${count} ${verdict}`, colour)]
  })
  return verdicts.join(', ')
}

const WORST_FIRST: readonly Verdict[] = ['weaker', 'failed', 'different', 'stricter', 'equal', 'unsupported']

function details(report: ConformanceReport, results: readonly CellResult[], colour: boolean): string {
  const head = ['cell', 'libpq', report.adapter, 'verdict']
  const table = new Table({ head, colWidths: [46, 30, 30, 24], ...PLAIN })
  for (const { id, cell, expected, actual, verdict, because } of results) {
    const why = because === undefined ? verdict : `${verdict}: ${because}`
    table.push([`${id}\n${cell}`, expected, actual, painted(verdict, why, colour)])
  }
  return table.toString()
}

function countsLine({ counts, results }: ConformanceReport): string {
  const parts = WORST_FIRST.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`)
  return `${results.length} cells: ${parts.join(', ')}`
}

/** Colours are ours to add, so that none appear where none are wanted. */
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

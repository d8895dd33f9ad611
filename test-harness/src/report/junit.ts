import type { CellResult } from '../suite/result.ts'
import { markupText } from './markup-text.ts'
import type { ConformanceReport, ConformanceRun } from './report.ts'

/**
 * Renders a report as JUnit XML for Jenkins, GitLab and GitHub Actions: one suite per adapter and server, one test per
 * cell.
 *
 * `weaker` and `different` are failures, `failed` is an error, `unsupported` is skipped.
 *
 * @example
 * writeFileSync('conformance.xml', renderJunit(report))
 */
export function renderJunit(report: ConformanceReport): string {
  const results = report.runs.flatMap((run) => run.results)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="verifull-conformance"${totals(results)}>`,
    ...report.runs.map((run) => suite(run, report.created)),
    '</testsuites>\n',
  ].join('\n')
}

function suite(run: ConformanceRun, created: string): string {
  const name = `${run.adapter} on ${run.server}`
  // The schema requires a time without a zone; it is UTC.
  const attributes = `${attribute('name', name)}${totals(run.results)} skipped="${run.counts.unsupported}"`
  const head = `<testsuite${attributes}${attribute('timestamp', created.slice(0, 19))}>`
  const facts = [`<properties>`, property('libpq', run.libpq), property('server', run.server), `</properties>`]
  return [head, ...facts, ...run.results.map((result) => testCase(result, name)), '</testsuite>'].join('\n')
}

function totals(results: readonly CellResult[]): string {
  const failures = results.filter(({ verdict }) => verdict === 'weaker' || verdict === 'different').length
  const errors = results.filter(({ verdict }) => verdict === 'failed').length
  return ` tests="${results.length}" failures="${failures}" errors="${errors}" time="0"`
}

function testCase(result: CellResult, suiteName: string): string {
  // Jenkins groups by the part before the last dot.
  const classname = attribute('classname', `${suiteName}.${result.requirement}`)
  const head = `<testcase${attribute('name', `${result.id}: ${result.cell}`)}${classname} time="0"`
  const body = outcome(result)
  return body === '' ? `${head}/>` : `${head}>${body}</testcase>`
}

function outcome({ verdict, expected, actual, because, message = '', events }: CellResult): string {
  if (verdict === 'equal') return ''
  if (verdict === 'unsupported') return `<skipped${attribute('message', message)}/>`
  const compared = `${verdict}${because === undefined ? '' : ` (${because})`}: ${actual}, where libpq is ${expected}`
  const traced = events.map(({ by, text }) => `${by}: ${text}`)
  const whole = [compared, ...(message === '' ? [] : [`message: ${message}`]), ...traced].join('\n')
  if (verdict === 'stricter') return `<system-out>${markupText(compared)}</system-out>`
  const name = verdict === 'failed' ? 'error' : 'failure'
  const shown = verdict === 'failed' ? message : compared
  return `<${name}${attribute('type', verdict)}${attribute('message', shown)}>${markupText(whole)}</${name}>`
}

function property(name: string, value: string): string {
  return `<property${attribute('name', name)}${attribute('value', value)}/>`
}

/** Line ends in attributes would be read as spaces. */
function attribute(name: string, value: string): string {
  return ` ${name}="${markupText(value).replace(/\r?\n/g, '&#10;')}"`
}

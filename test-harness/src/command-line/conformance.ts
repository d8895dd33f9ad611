import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { renderHtml } from '../report/html.ts'
import { renderJunit } from '../report/junit.ts'
import { mergeReports } from '../report/merge.ts'
import { parseReport } from '../report/parse.ts'
import { type ConformanceReport, conformanceReport } from '../report/report.ts'
import { renderTable } from '../report/table.ts'
import { conforms } from '../report/verdicts.ts'
import { adaptersOf, type NamedAdapter } from './adapters.ts'
import type { Arguments } from './arguments.ts'
import { demandPostgres } from './demand-postgres.ts'
import { LIBPQ } from './messages.ts'
import { Progress } from './progress.ts'
import { runAdapter } from './run-adapter.ts'
import { UsageError } from './usage-error.ts'

/**
 * Runs the selected cells, prints the table, writes the reports, and resolves with the exit code.
 *
 * @throws UsageError before anything runs: an adapter or an earlier report cannot be read, or a version is not
 * available.
 */
export async function conformance(choice: Arguments): Promise<number> {
  const earlier = await Promise.all(choice.merge.map(readReport))
  const adapters = await adaptersOf(choice.adapter)
  if (adapters.length > 0) await demandPostgres(choice)
  await makeFolders(choice)
  const report = mergeReports([...earlier, ...(await runAll(choice, adapters))])
  process.stdout.write(`${renderTable(report, { colour: hasColours() })}\n`)
  await write(choice, report)
  return report.runs.every(conforms) ? 0 : 1
}

async function runAll(choice: Arguments, adapters: readonly NamedAdapter[]): Promise<readonly ConformanceReport[]> {
  const reports: ConformanceReport[] = []
  if (adapters.length === 0) return reports
  using progress = new Progress(process.stderr)
  for (const major of choice.postgres.length === 0 ? [undefined] : choice.postgres) {
    const wanted = { requirements: choice.requirement, major, from: choice.from, progress }
    const libpq = choice.libpq ? await runAdapter({ ...wanted, ...LIBPQ }) : undefined
    const oracle = libpq && { adapter: { name: libpq.adapter }, results: libpq.results }
    for (const adapter of adapters) {
      const { server, results } = await runAdapter({ ...wanted, ...adapter })
      const run = { adapter: { name: adapter.name }, world: { server }, results }
      reports.push(conformanceReport(oracle === undefined ? run : { ...run, oracle }))
    }
  }
  return reports
}

async function readReport(file: string): Promise<ConformanceReport> {
  try {
    return parseReport(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`cannot merge ${file}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** Creates the folders of the reports first, so that a run of minutes does not fail at its end. */
async function makeFolders({ json, junit, html }: Arguments): Promise<void> {
  for (const file of [json, junit, html]) {
    if (file === undefined) continue
    await mkdir(dirname(file), { recursive: true }).catch((cause: Error) => {
      throw new UsageError(`cannot write ${file}: ${cause.message}`, { cause })
    })
  }
}

async function write({ json, junit, html }: Arguments, report: ConformanceReport): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  if (junit !== undefined) await writeFile(junit, renderJunit(report))
  if (html !== undefined) await writeFile(html, renderHtml(report))
}

function hasColours(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors()
}

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FAULTS } from '../chaos/faults.ts'
import { type ChaosReport, figuresOf, isHarmless } from '../chaos/report.ts'
import { complaintsOf } from '../chaos/soak-run.ts'
import { renderChaos } from '../report/chaos-table.ts'
import { renderHtml } from '../report/html.ts'
import { emptyReport } from '../report/report.ts'
import type { ChaosArguments } from './chaos-arguments.ts'
import { runFaults } from './chaos-runs.ts'
import { runSoak } from './chaos-soak.ts'
import { endWithStarter, onOwnMachine } from './own-machine.ts'
import { chosenAdapters } from './rehearsal-adapters.ts'
import { UsageError } from './usage-error.ts'

/**
 * Gives the selected faults, prints the tables, writes the reports, and resolves with the exit code.
 *
 * @throws UsageError before anything runs, if an adapter cannot be loaded, or a file cannot be written.
 */
export async function chaosCommand(choice: ChaosArguments): Promise<number> {
  if (choice.list) {
    process.stdout.write(`${FAULTS.map(({ id, title }) => `${id}  ${title}`).join('\n')}\n`)
    return 0
  }
  const adapters = await chosenAdapters(choice)
  await makeFolders(choice)
  const code = await onOwnMachine()
  if (code !== undefined) return code
  endWithStarter()
  const { baseline, timeLine: timeLines } = choice
  const report = await (choice.soak === undefined ? runFaults(choice, adapters) : runSoak(choice, adapters))
  process.stdout.write(`${renderChaos(report, { baseline, timeLines })}\n`)
  await write(choice, report)
  return isPassing(report, baseline) ? 0 : 1
}

function isPassing({ runs, soak, skipped }: ChaosReport, baseline: readonly string[]): boolean {
  // A fault that is left out is a hole in CI.
  if (process.env.CI === 'true' && skipped.length > 0) return false
  const counted = soak && { ...soak, clients: soak.clients.filter(({ client }) => !baseline.includes(client)) }
  if (counted && complaintsOf(counted).length > 0) return false
  return runs.every((run) => baseline.includes(run.client) || isHarmless(run))
}

async function write({ json, html, figures }: ChaosArguments, report: ChaosReport): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  if (figures !== undefined) await writeFile(figures, `${JSON.stringify(figuresOf(report), null, 2)}\n`)
  if (html !== undefined) await writeFile(html, renderHtml({ ...emptyReport(), chaos: report }))
}

/** Creates the folders of the reports first, so that a run of minutes does not fail at its end. */
async function makeFolders({ json, html, figures }: ChaosArguments): Promise<void> {
  for (const file of [json, html, figures]) {
    if (file === undefined) continue
    await mkdir(dirname(file), { recursive: true }).catch((cause: Error) => {
      throw new UsageError(`cannot write ${file}: ${cause.message}`, { cause })
    })
  }
}

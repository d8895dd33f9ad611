import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { chaos } from '../chaos/chaos.ts'
import { startChaosCluster } from '../chaos/cluster.ts'
import type { Fault } from '../chaos/fault.ts'
import { FAULTS } from '../chaos/faults.ts'
import { type ChaosReport, isHarmless, type SkippedFault } from '../chaos/report.ts'
import type { ChaosRun } from '../chaos/run.ts'
import { NEEDS } from '../chaos/site.ts'
import { renderChaos } from '../report/chaos-table.ts'
import type { ChaosArguments } from './chaos-arguments.ts'
import { inOwnProcess } from './chaos-client.ts'
import { endWithStarter, isOnOwnMachine, onOwnMachine } from './own-machine.ts'
import { Progress } from './progress.ts'
import { type ChosenAdapter, chosenAdapters } from './rehearsal-adapters.ts'

/**
 * Gives the selected faults to a new cluster each, prints the table, writes the report, and resolves with the exit code.
 *
 * @throws UsageError before anything runs, if an adapter cannot be loaded.
 */
export async function chaosCommand(choice: ChaosArguments): Promise<number> {
  if (choice.list) {
    process.stdout.write(`${FAULTS.map(({ id, title }) => `${id}  ${title}`).join('\n')}\n`)
    return 0
  }
  const adapters = await chosenAdapters(choice)
  const code = await onOwnMachine()
  if (code !== undefined) return code
  endWithStarter()
  const { baseline } = choice
  const report = await runAll(choice, adapters)
  process.stdout.write(`${renderChaos(report, { baseline, timeLines: choice.timeLine })}\n`)
  if (choice.json !== undefined) {
    await mkdir(dirname(choice.json), { recursive: true })
    await writeFile(choice.json, `${JSON.stringify(report, null, 2)}\n`)
  }
  // A fault that is left out is a hole in CI.
  if (process.env.CI === 'true' && report.skipped.length > 0) return 1
  return report.runs.every((run) => baseline.includes(run.client) || isHarmless(run)) ? 0 : 1
}

async function runAll(choice: ChaosArguments, adapters: readonly ChosenAdapter[]): Promise<ChaosReport> {
  const chosen = FAULTS.filter(({ id }) => choice.fault.length === 0 || choice.fault.includes(id))
  const isPossible = ({ needs = [] }: Fault) => !needs.includes('machine') || isOnOwnMachine()
  const skipped: readonly SkippedFault[] = chosen
    .filter((fault) => !isPossible(fault))
    .map(({ id }) => ({ fault: id, reason: `it takes ${NEEDS.machine}` }))
  const jobs = chosen.filter(isPossible).flatMap((fault) => adapters.map((adapter) => ({ fault, adapter })))
  const runs: ChaosRun[] = []
  let server = ''
  using progress = new Progress(process.stderr)
  for (const { fault, adapter } of jobs) {
    progress.show(`${runs.length + 1} of ${jobs.length}: ${adapter.name}, ${fault.title}`)
    const { cluster, authority, ca, stop } = await startChaosCluster(choice.postgres)
    try {
      server = cluster.primary.description
      const { connections, checkout: checkoutMs } = choice
      const client = inOwnProcess(adapter, adapter.oneHost)
      runs.push(await chaos({ adapter: client, fault, cluster, ca, authority, connections, checkoutMs }))
    } finally {
      await stop()
    }
  }
  return { created: new Date().toISOString(), server, runs, skipped }
}

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createHierarchy } from '../certificates/hierarchy.ts'
import { type ChaosRun, chaos } from '../chaos/chaos.ts'
import { FAULTS, type Fault } from '../chaos/faults.ts'
import { startPostgresCluster } from '../postgres/cluster.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import { renderChaos } from '../report/chaos-table.ts'
import type { ChaosArguments } from './chaos-arguments.ts'
import { Progress } from './progress.ts'
import { chosenAdapters } from './rehearsal-adapters.ts'

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
  const runs = await runAll(choice, adapters)
  process.stdout.write(`${renderChaos(runs)}\n`)
  if (choice.json !== undefined) {
    await mkdir(dirname(choice.json), { recursive: true })
    await writeFile(choice.json, `${JSON.stringify(runs, null, 2)}\n`)
  }
  return runs.every((run) => choice.baseline.includes(run.client) || isHarmless(run)) ? 0 : 1
}

/** True if no checkout failed and no write was lost or doubled; statements in flight fail with their server. */
function isHarmless({ failedCheckouts, lost, doubled }: ChaosRun): boolean {
  return failedCheckouts + lost + doubled === 0
}

async function runAll(choice: ChaosArguments, adapters: readonly RehearsalAdapter[]): Promise<readonly ChaosRun[]> {
  const faults = FAULTS.filter(({ id }) => choice.fault.length === 0 || choice.fault.includes(id))
  const jobs = faults.flatMap((fault) => adapters.map((adapter) => ({ fault, adapter })))
  const runs: ChaosRun[] = []
  using progress = new Progress(process.stderr)
  for (const { fault, adapter } of jobs) {
    progress.show(`${runs.length + 1} of ${jobs.length}: ${adapter.name}, ${fault.title}`)
    runs.push(await runOne(choice, fault, adapter))
  }
  return runs
}

async function runOne(
  { connections, checkout: checkoutMs, postgres: major }: ChaosArguments,
  fault: Fault,
  adapter: RehearsalAdapter,
): Promise<ChaosRun> {
  const { root, servers } = await createHierarchy()
  const { chain: certificate, key } = servers.good
  const folder = temporaryFolder()
  const ca = join(folder.path, 'ca.crt')
  await writeFile(ca, root.certificate)
  // A write is acknowledged when a standby has it, so that a promotion loses none.
  const settings = { synchronous_commit: 'on', synchronous_standby_names: 'ANY 1 (standby)' }
  const cluster = await startPostgresCluster({
    tls: { certificate, key },
    settings,
    ...(major !== undefined && { major }),
  })
  try {
    return await chaos({ adapter, fault, cluster, ca, connections, checkoutMs })
  } finally {
    await cluster.stop()
    await folder.remove()
  }
}

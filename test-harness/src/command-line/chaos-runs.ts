import { chaos } from '../chaos/chaos.ts'
import { startChaosCluster } from '../chaos/cluster.ts'
import type { Fault } from '../chaos/fault.ts'
import { FAULTS } from '../chaos/faults.ts'
import type { ChaosReport, SkippedFault } from '../chaos/report.ts'
import type { ChaosRun } from '../chaos/run.ts'
import { NEEDS } from '../chaos/site.ts'
import type { ChaosArguments } from './chaos-arguments.ts'
import { inOwnProcess } from './chaos-client.ts'
import { isOnOwnMachine } from './own-machine.ts'
import { Progress } from './progress.ts'
import type { ChosenAdapter } from './rehearsal-adapters.ts'

/** Gives each selected fault to each adapter alone, with a new cluster. */
export async function runFaults(choice: ChaosArguments, adapters: readonly ChosenAdapter[]): Promise<ChaosReport> {
  const { possible, skipped } = possibleHere(FAULTS, choice.fault)
  const jobs = possible.flatMap((fault) => adapters.map((adapter) => ({ fault, adapter })))
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

/** The chosen faults that can be given here, and the others with the reason. An empty choice is all. */
export function possibleHere<Kind extends Fault>(faults: readonly Kind[], chosen: readonly string[]) {
  const wanted = faults.filter(({ id }) => chosen.length === 0 || chosen.includes(id))
  const isPossible = ({ needs = [] }: Kind) => !needs.includes('machine') || isOnOwnMachine()
  const skipped: readonly SkippedFault[] = wanted
    .filter((fault) => !isPossible(fault))
    .map(({ id }) => ({ fault: id, reason: `it takes ${NEEDS.machine}` }))
  return { possible: wanted.filter(isPossible), skipped }
}

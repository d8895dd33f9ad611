import { randomInt } from 'node:crypto'
import { startChaosCluster } from '../chaos/cluster.ts'
import { SOAK_FAULTS } from '../chaos/faults.ts'
import type { ChaosReport } from '../chaos/report.ts'
import { soak } from '../chaos/soak.ts'
import type { ChaosArguments } from './chaos-arguments.ts'
import { inOwnProcess } from './chaos-client.ts'
import { possibleHere } from './chaos-runs.ts'
import { Progress } from './progress.ts'
import type { ChosenAdapter } from './rehearsal-adapters.ts'
import { UsageError } from './usage-error.ts'

/** Largest seed. */
const SEEDS = 1_000_000

/**
 * Gives random faults to all adapters at once.
 *
 * @throws UsageError if none of the chosen faults can be part of a soak, or an adapter takes one host.
 */
export async function runSoak(choice: ChaosArguments, adapters: readonly ChosenAdapter[]): Promise<ChaosReport> {
  const { soak: durationMs = 0, seed = randomInt(1, SEEDS), connections, checkout: checkoutMs, postgres } = choice
  const { possible: faults, skipped } = possibleHere(SOAK_FAULTS, choice.fault)
  if (faults.length === 0) throw new UsageError(`no chosen fault can be part of a soak; there are ${IDS}`)
  const alone = adapters.find(({ oneHost }) => oneHost)
  if (alone)
    throw new UsageError(`adapter "${alone.name}" takes one host, and a soak has three; choose others with --only`)
  process.stderr.write(`seed ${seed}\n`)
  const site = await startChaosCluster(postgres)
  using progress = new Progress(process.stderr)
  try {
    const clients = adapters.map((adapter) => inOwnProcess(adapter))
    const onFault = ({ title }: { readonly title: string }) => progress.show(title)
    const run = await soak({ clients, faults, site, durationMs, seed, connections, checkoutMs, onFault })
    return { created: new Date().toISOString(), server: site.cluster.primary.description, runs: [], soak: run, skipped }
  } finally {
    await site.stop()
  }
}

const IDS = SOAK_FAULTS.map(({ id }) => id).join(', ')

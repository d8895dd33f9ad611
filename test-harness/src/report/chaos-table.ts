import Table from 'cli-table3'
import type { ChaosRun } from '../chaos/chaos.ts'

/**
 * Renders faults for a terminal: one row per fault and client, with the most frequent error below the table.
 *
 * @example
 * console.log(renderChaos([run]))
 */
export function renderChaos(runs: readonly ChaosRun[]): string {
  const table = new Table({
    head: ['fault', 'client', ...COLUMNS.map(([head]) => head)],
    style: { head: [], border: [] },
  })
  for (const run of runs) table.push([run.fault, run.client, ...COLUMNS.map(([, of]) => of(run))])
  const errors = runs.flatMap(({ fault, client, errors: counted }) => {
    const [worst] = Object.entries(counted).sort(([, a], [, b]) => b - a)
    return worst ? [`  ${fault}, ${client}: ${worst[1]} × ${worst[0]}`] : []
  })
  return [table.toString(), ...errors].join('\n')
}

const COLUMNS: readonly (readonly [head: string, of: (run: ChaosRun) => string | number])[] = [
  ['failed checkouts', (run) => run.failedCheckouts],
  ['failed writes', (run) => run.failedWrites],
  ['lost', (run) => run.lost],
  ['doubled', (run) => run.doubled],
  ['unknown, kept', (run) => run.unknownKept],
  ['first write', (run) => (run.firstWriteMs === null ? 'never' : `${run.firstWriteMs} ms`)],
  ['longest checkout', (run) => `${run.longestWaitMs} ms`],
]

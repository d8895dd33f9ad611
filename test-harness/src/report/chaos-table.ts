import Table from 'cli-table3'
import { type ChaosReport, isHarmless } from '../chaos/report.ts'
import type { ChaosRun } from '../chaos/run.ts'
import { CHAOS_COLUMNS } from './chaos-columns.ts'
import { renderTimeLine } from './chaos-time-line.ts'
import { renderSoak } from './soak-table.ts'

/** Options of the table. */
export interface ChaosTableSettings {
  /** Clients to compare with, which the summary does not count. Default: none. */
  readonly baseline?: readonly string[]
  /** True for a time line of each run. Default false. */
  readonly timeLines?: boolean
}

/**
 * Renders faults for a terminal: one row per fault and client, with the most frequent error below the table.
 *
 * @example
 * console.log(renderChaos(report))
 */
export function renderChaos(
  { server, runs, soak, skipped }: ChaosReport,
  { baseline = [], timeLines = false }: ChaosTableSettings = {},
): string {
  const left = skipped.map(({ fault, reason }) => `  ${fault}: not given; ${reason}`)
  const each = soak ? soak.clients.map((client) => ({ ...client, fault: 'soak' })) : runs
  const courses = timeLines ? each.map((run) => `\n${renderTimeLine(run)}`) : []
  const figures = soak ? [renderSoak(soak)] : [...tableOf(runs), summary(runs, baseline)]
  return [server, ...courses, ...left, ...figures].join('\n')
}

function tableOf(runs: readonly ChaosRun[]): readonly string[] {
  const table = new Table({
    head: ['fault', 'client', ...CHAOS_COLUMNS.map(({ head }) => head)],
    colWidths: [22, 24, ...CHAOS_COLUMNS.map(() => 11)],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const run of runs) {
    table.push([run.fault, `${isHarmless(run) ? '✓' : '✗'} ${run.client}`, ...CHAOS_COLUMNS.map(({ of }) => of(run))])
  }
  const errors = runs.flatMap(({ fault, client, errors: counted }) => {
    const [worst] = Object.entries(counted).sort(([, a], [, b]) => b - a)
    return worst ? [`  ${fault}, ${client}: ${worst[1]} × ${worst[0]}`] : []
  })
  return [table.toString(), ...errors]
}

function summary(runs: readonly ChaosRun[], baseline: readonly string[]): string {
  const counted = runs.filter(({ client }) => !baseline.includes(client))
  const but = baseline.length === 0 ? '' : `; not counted: ${baseline.map((name) => `"${name}"`).join(', ')}`
  return `${counted.filter(isHarmless).length} of ${counted.length} ${counted.length === 1 ? 'run' : 'runs'} without harm${but}`
}

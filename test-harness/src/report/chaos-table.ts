import { type ChaosReport, isHarmless } from '../chaos/report.ts'
import type { ChaosRun } from '../chaos/run.ts'
import { CHAOS_COLUMNS } from './chaos-columns.ts'
import { renderTimeLine } from './chaos-time-line.ts'
import { figuresText } from './figures-text.ts'
import { renderSoak } from './soak-table.ts'

/** Options of the table. */
export interface ChaosTableSettings {
  /** Clients to compare with, which the summary does not count. Default: none. */
  readonly baseline?: readonly string[]
  /** True for a time line of each run. Default false. */
  readonly timeLines?: boolean
}

/**
 * Renders faults for a terminal: a table per fault with a row per client, and the most frequent errors below it.
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
  return [...new Set(runs.map(({ fault }) => fault))].flatMap((id) => {
    const own = runs.filter(({ fault }) => fault === id)
    const rows = own.map((run) => ({ ...run, client: `${isHarmless(run) ? '✓' : '✗'} ${run.client}` }))
    return ['', `${id}: ${own[0]?.title}`, figuresText(rows, CHAOS_COLUMNS), ...own.flatMap(notesOf)]
  })
}

/** The most frequent error, and those that the fault does not explain. */
function notesOf({ client, errors, unexplained }: ChaosRun): readonly string[] {
  const [worst] = Object.entries(errors).sort(([, a], [, b]) => b - a)
  return [
    ...(worst ? [`  ${client}: ${worst[1]} × ${worst[0]}`] : []),
    ...(unexplained > 0 ? [`  ${client}: the fault does not explain ${unexplained} of its errors`] : []),
  ]
}

function summary(runs: readonly ChaosRun[], baseline: readonly string[]): string {
  const counted = runs.filter(({ client }) => !baseline.includes(client))
  const but = baseline.length === 0 ? '' : `; not counted: ${baseline.map((name) => `"${name}"`).join(', ')}`
  return `${counted.filter(isHarmless).length} of ${counted.length} ${counted.length === 1 ? 'run' : 'runs'} without harm${but}`
}

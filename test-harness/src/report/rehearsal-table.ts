import Table from 'cli-table3'
import { isFlawless, type RehearsalRun } from '../rehearsal/result.ts'
import { REHEARSAL_COLUMNS } from './rehearsal-columns.ts'
import type { TableSettings } from './table.ts'

/** Options of the table. */
export interface RehearsalTableSettings extends Pick<TableSettings, 'colour'> {
  /** Clients to compare with, which the summary does not count. Default: none. */
  readonly baseline?: readonly string[]
}

/**
 * Renders rehearsals for a terminal: one table per kind of rotation, one row per client.
 *
 * @example
 * console.log(renderRehearsals([run], { colour: process.stdout.isTTY }))
 */
export function renderRehearsals(
  runs: readonly RehearsalRun[],
  { colour = false, baseline = [] }: RehearsalTableSettings = {},
): string {
  const kinds = [...new Set(runs.map(({ kind }) => kind))]
  return [
    ...kinds.map((kind) =>
      tableOf(
        runs.filter((run) => run.kind === kind),
        colour,
      ),
    ),
    summary(runs, baseline),
  ].join('\n\n')
}

function tableOf(runs: readonly RehearsalRun[], colour: boolean): string {
  const [first] = runs
  const table = new Table({
    head: ['client', ...REHEARSAL_COLUMNS.map(({ head }) => head)],
    colWidths: [28, ...REHEARSAL_COLUMNS.map(() => 11)],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const run of runs) {
    const mark = isFlawless(run) ? '✓' : '✗'
    const name = `${mark} ${run.client}`
    const painted = colour ? `\u001b[${isFlawless(run) ? 32 : 31}m${name}\u001b[39m` : name
    table.push([painted, ...REHEARSAL_COLUMNS.map(({ of }) => of(run))])
  }
  const errors = runs.flatMap(({ client, errors: [worst] }) =>
    worst ? [`  ${client}: ${worst.count} × ${worst.message}`] : [],
  )
  const heading = `${first?.title} (${first?.connections} connections, ${first?.rotations} rotations; ${first?.server})`
  return [heading, table.toString(), ...errors].join('\n')
}

function summary(runs: readonly RehearsalRun[], baseline: readonly string[]): string {
  const counted = runs.filter(({ client }) => !baseline.includes(client))
  const flawless = counted.filter(isFlawless).length
  const noun = counted.length === 1 ? 'rehearsal' : 'rehearsals'
  const but = baseline.length === 0 ? '' : `; not counted: ${baseline.map((name) => `"${name}"`).join(', ')}`
  return `${flawless} of ${counted.length} ${noun} without a failure${but}`
}

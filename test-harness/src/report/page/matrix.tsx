import { useMemo, useState } from 'preact/hooks'
import type { ConformanceReport } from '../report.ts'
import { keptRuns, UNFILTERED } from './filter.ts'
import { Filters } from './filters.tsx'
import { Grid } from './grid.tsx'
import { Panel } from './panel.tsx'
import { rowsOf } from './rows.ts'
import type { Run } from './run.ts'

/** Requirements against runs, with the filters and the panel. */
export function Matrix({ report, runs }: { readonly report: ConformanceReport; readonly runs: readonly Run[] }) {
  const [filter, setFilter] = useState(UNFILTERED)
  const kept = useMemo(() => keptRuns(runs, filter), [runs, filter])
  const rows = useMemo(() => rowsOf(report.requirements, kept, filter), [report, kept, filter])
  const shown = rows.reduce((sum, { cells }) => sum + cells.reduce((own, { results }) => own + results.length, 0), 0)
  return (
    <>
      <Filters runs={runs} filter={filter} change={setFilter} />
      <p class="shown" role="status">
        {shown === 0 ? 'Nothing fits.' : `${counted(shown, 'result')} in ${counted(rows.length, 'requirement')}.`}
      </p>
      {rows.length > 0 && <Grid rows={rows} runs={kept} />}
      <Panel requirements={report.requirements} runs={runs} filter={filter} unfilter={() => setFilter(UNFILTERED)} />
    </>
  )
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

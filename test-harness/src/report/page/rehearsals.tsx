import { useState } from 'preact/hooks'
import { isFlawless, type RehearsalRun } from '../../rehearsal/result.ts'
import { REHEARSAL_COLUMNS } from '../rehearsal-columns.ts'
import type { ConformanceReport } from '../report.ts'
import { FiguresTable } from './figures-table.tsx'
import { TimeLinePlot } from './time-line-plot.tsx'

/** Rotations of secrets under load: failures by kind, and time lines. */
export function Rehearsals({ report: { rehearsals = [] } }: { readonly report: ConformanceReport }) {
  const kinds = [...Map.groupBy(rehearsals, ({ kind }) => kind).values()]
  return (
    <>
      <p class="shown">
        Workers take a connection from a pool, read a table and give it back, while the secret changes. What counts is
        what they got, what the server let in and refused, and how often the store was asked.
      </p>
      <div class="kinds">
        {kinds.map((runs) => (
          <KindOfRotation key={runs[0]?.kind} runs={runs} />
        ))}
      </div>
    </>
  )
}

function KindOfRotation({ runs }: { readonly runs: readonly RehearsalRun[] }) {
  const [isOpen, open] = useState(false)
  const [first] = runs
  const longestMs = Math.max(...runs.map(({ durationMs }) => durationMs))
  return (
    <details class="kind" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <strong>{first?.title}</strong>
        <span class="outcomes">
          {runs.map((run) => (
            <Outcome key={run.client} run={run} />
          ))}
        </span>
      </summary>
      {isOpen && (
        <>
          <p class="world">
            {first?.connections} connections, {first?.rotations} rotations, {first?.server}
          </p>
          <FiguresTable caption="What each client met" rows={runs} columns={REHEARSAL_COLUMNS} />
          {runs.map((run) => (
            <TimeLinePlot key={run.client} run={run} longestMs={longestMs} highest={highestOf(runs)} />
          ))}
        </>
      )}
    </details>
  )
}

function Outcome({ run }: { readonly run: RehearsalRun }) {
  const failed = run.failedCheckouts + run.failedQueries
  return (
    <span class={isFlawless(run) ? 'passes' : 'fails'}>
      {isFlawless(run) ? '✓' : '✗'} {run.client}: {failed} failed
    </span>
  )
}

/** One scale per kind, so that its plots are comparable. */
function highestOf(runs: readonly RehearsalRun[]) {
  const steps = runs.flatMap(({ timeLine }) => timeLine.steps)
  const most = (of: (step: (typeof steps)[number]) => number) => Math.max(1, ...steps.map(of))
  return {
    work: most(({ done, failed }) => Math.max(done, failed)),
    waitMs: most(({ longestWaitMs }) => longestWaitMs),
    sessions: most(({ present, earlier }) => present + earlier),
  }
}

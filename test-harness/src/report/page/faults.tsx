import { useState } from 'preact/hooks'
import { type ChaosReport, isHarmless } from '../../chaos/report.ts'
import type { ChaosRun } from '../../chaos/run.ts'
import { CHAOS_COLUMNS } from '../chaos-columns.ts'
import type { ConformanceReport } from '../report.ts'
import { ChaosPlot, highestOf } from './chaos-plot.tsx'
import { FiguresTable } from './figures-table.tsx'
import { Soak } from './soak.tsx'

/** Faults of servers, network and machine under load, and a soak. */
export function Faults({ report: { chaos } }: { readonly report: ConformanceReport }) {
  if (!chaos) return null
  return (
    <>
      <p class="shown">
        Writers take a connection from a pool and insert a row in a transaction, while the cluster has a fault. A ledger
        finds lost and doubled rows.
      </p>
      <p class="world">{chaos.server}</p>
      <Skipped report={chaos} />
      <div class="kinds">
        {chaos.soak && <Soak run={chaos.soak} />}
        {[...Map.groupBy(chaos.runs, ({ fault }) => fault).values()].map((runs) => (
          <OneFault key={runs[0]?.fault} runs={runs} />
        ))}
      </div>
    </>
  )
}

function Skipped({ report: { skipped } }: { readonly report: ChaosReport }) {
  if (skipped.length === 0) return null
  return (
    <ul class="errors">
      {skipped.map(({ fault, reason }) => (
        <li key={fault}>
          {fault} was not given; {reason}
        </li>
      ))}
    </ul>
  )
}

function OneFault({ runs }: { readonly runs: readonly ChaosRun[] }) {
  const [isOpen, open] = useState(false)
  const [first] = runs
  return (
    <details class="kind" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <strong>
          {first?.fault}: {first?.title}
        </strong>
        <span class="outcomes">
          {runs.map((run) => (
            <span key={run.client} class={isHarmless(run) ? 'passes' : 'fails'}>
              {isHarmless(run) ? '✓' : '✗'} {run.client}
            </span>
          ))}
        </span>
      </summary>
      {isOpen && (
        <>
          <FiguresTable caption="Effects on each client" rows={runs} columns={CHAOS_COLUMNS} />
          {runs.map((run) => (
            <ChaosPlot key={run.client} run={run} highest={highestOf(runs)} />
          ))}
        </>
      )}
    </details>
  )
}

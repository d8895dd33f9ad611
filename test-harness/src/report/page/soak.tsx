import { useState } from 'preact/hooks'
import { complaintsOf, type SoakRun } from '../../chaos/soak-run.ts'
import { duration } from '../rehearsal-columns.ts'
import { SOAK_COLUMNS } from '../soak-columns.ts'
import { ChaosPlot, highestOf } from './chaos-plot.tsx'
import { FiguresTable } from './figures-table.tsx'

/** Random faults over a longer time: figures, complaints, and the course of each client. */
export function Soak({ run }: { readonly run: SoakRun }) {
  const [isOpen, open] = useState(false)
  const { seed, durationMs, faults, clients, sessions, sessionsLeft, lost, doubled } = run
  const complaints = complaintsOf(run)
  const isGood = complaints.length === 0
  return (
    <details class="kind" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <strong>
          soak: {faults.length} random faults in {duration(durationMs)}, seed {seed}
        </strong>
        <span class="outcomes">
          <span class={isGood ? 'passes' : 'fails'}>
            {isGood
              ? '✓ nothing to complain about'
              : `✗ ${complaints.length} ${complaints.length === 1 ? 'complaint' : 'complaints'}`}
          </span>
        </span>
      </summary>
      {isOpen && (
        <>
          <p class="world">
            {run.connections} connections for each client; lost {lost}, doubled {doubled}; sessions {sessions.at(0)} →{' '}
            {sessions.at(-1)}, {sessionsLeft} after the end
          </p>
          {!isGood && (
            <ul class="errors">
              {complaints.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
          <ol class="world">
            {faults.map(({ id, fromMs, toMs, failures }) => (
              <li key={fromMs}>
                {duration(fromMs)}: {id} for {duration(toMs - fromMs)}, {failures} failed
              </li>
            ))}
          </ol>
          <FiguresTable caption="Effects on each client" rows={clients} columns={SOAK_COLUMNS} />
          {clients.map((client) => (
            <ChaosPlot
              key={client.client}
              run={{ ...client, errors: client.unexplained }}
              highest={highestOf(clients)}
            />
          ))}
        </>
      )}
    </details>
  )
}

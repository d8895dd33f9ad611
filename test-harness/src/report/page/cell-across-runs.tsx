import { ResultDetails } from './result-details.tsx'
import type { Run } from './run.ts'

interface CellAcrossRunsProps {
  readonly cell: string
  readonly runs: readonly Run[]
  /** The run whose trace is open initially. */
  readonly opened: Run | undefined
}

/** One cell in every run that has it. */
export function CellAcrossRuns({ cell, runs, opened }: CellAcrossRunsProps) {
  const found = runs.flatMap((run) => {
    const result = run.byCell.get(cell)
    return result === undefined ? [] : [{ run, result }]
  })
  const [first] = found
  if (first === undefined) return <p>This report has no cell {cell}.</p>
  return (
    <>
      <p class="who">
        <strong>{first.result.cell}</strong>
        <span class="id">{cell}</span>
      </p>
      <section class="results" aria-label="In each run">
        {found.map(({ run, result }) => (
          <ResultDetails
            key={`${cell} ${run.slug}`}
            result={result}
            run={run}
            heading={`${run.adapter} on ${run.server}`}
            open={run === opened || found.length === 1}
          />
        ))}
      </section>
    </>
  )
}

import type { CellResult } from '../../suite/result.ts'
import { tally } from '../verdicts.ts'
import { ResultDetails } from './result-details.tsx'
import type { Run } from './run.ts'
import { Badge } from './verdict.tsx'

interface RequirementInRunProps {
  readonly requirement: string
  readonly run: Run
  readonly keeps: (result: CellResult) => boolean
  readonly unfilter: () => void
}

/** The cells of a requirement in one run, worst first; each opens its trace. */
export function RequirementInRun({ requirement, run, keeps, unfilter }: RequirementInRunProps) {
  const all = run.byRequirement.get(requirement) ?? []
  const results = all.filter(keeps)
  return (
    <>
      <p class="who">
        <strong>{run.adapter}</strong> on {run.server}
      </p>
      {results.length < all.length && (
        <p class="left-out">
          {all.length - results.length} of {all.length} are left out by the filters.{' '}
          <button type="button" class="clear" onClick={unfilter}>
            Show everything
          </button>
        </p>
      )}
      {tally(results).map(({ verdict, count }) => (
        <section key={verdict} class="results">
          <h3>
            <Badge verdict={verdict} /> {count}
          </h3>
          {results
            .filter((result) => result.verdict === verdict)
            .map((result) => (
              <ResultDetails key={result.id} result={result} run={run} heading={result.cell} />
            ))}
        </section>
      ))}
    </>
  )
}

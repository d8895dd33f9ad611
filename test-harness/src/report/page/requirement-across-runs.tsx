import { tally } from '../verdicts.ts'
import { linkTo } from './place.ts'
import type { Run } from './run.ts'
import { Sign } from './verdict.tsx'

interface RequirementAcrossRunsProps {
  readonly requirement: string
  readonly runs: readonly Run[]
}

/** Every cell of a requirement with libpq's outcome and the number of equal runs. */
export function RequirementAcrossRuns({ requirement, runs }: RequirementAcrossRunsProps) {
  const results = runs.flatMap(({ byRequirement }) => byRequirement.get(requirement) ?? [])
  return (
    <ul class="cells">
      {[...Map.groupBy(results, ({ id }) => id)].map(([id, own]) => (
        <li key={id}>
          <a href={linkTo({ requirement, cell: id })}>{own[0]?.cell}</a>
          <span class="compared">libpq: {own[0]?.expected}</span>
          <span class="tally">
            {tally(own).map(({ verdict, count }) => (
              <span key={verdict}>
                <Sign verdict={verdict} /> {runs.length === 1 ? verdict : `${count} ${verdict}`}
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  )
}

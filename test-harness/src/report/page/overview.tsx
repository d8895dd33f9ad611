import { conforms, tally } from '../verdicts.ts'
import type { Run } from './run.ts'
import { MEANINGS, Sign } from './verdict.tsx'

/** One line per run: whether it conforms, and the proportions of its verdicts. */
export function Overview({ runs }: { readonly runs: readonly Run[] }) {
  return (
    <>
      <table class="overview">
        <caption class="hidden">Verdicts of each client on each server</caption>
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">Server</th>
            <th scope="col">Result</th>
            <th scope="col">Cells</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.slug}>
              <th scope="row">{run.adapter}</th>
              <td>
                {run.server}
                <span class="oracle">{run.libpq.startsWith('libpq') ? run.libpq : `libpq: ${run.libpq}`}</span>
              </td>
              <td>
                <Result run={run} />
              </td>
              <td>
                <Proportions run={run} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details class="legend">
        <summary>What the verdicts mean</summary>
        <dl>
          {tally(runs.flatMap(({ results }) => results)).map(({ verdict }) => (
            <div key={verdict}>
              <dt>
                <Sign verdict={verdict} /> {verdict}
              </dt>
              <dd>{MEANINGS[verdict]}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function Result({ run }: { readonly run: Run }) {
  return conforms(run) ? (
    <strong class="result passes">✓ conforms</strong>
  ) : (
    <strong class="result fails">✗ does not conform</strong>
  )
}

function Proportions({ run }: { readonly run: Run }) {
  const parts = tally(run.results)
  let from = 0
  return (
    <div class="proportions">
      <svg viewBox={`0 0 ${run.results.length} 1`} preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ verdict, count }) => {
          from += count
          return <rect key={verdict} class={verdict} x={from - count} y="0" width={count} height="1" />
        })}
      </svg>
      <ul>
        {parts.map(({ verdict, count }) => (
          <li key={verdict}>
            <Sign verdict={verdict} /> {count} {verdict}
          </li>
        ))}
      </ul>
    </div>
  )
}

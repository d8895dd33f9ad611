import type { CellResult } from '../../suite/result.ts'
import { tally } from '../verdicts.ts'
import { useArrowKeys } from './arrow-keys.ts'
import { linkTo } from './place.ts'
import { byTopic, type Row } from './rows.ts'
import { type Run, spansOf } from './run.ts'
import { Sign } from './verdict.tsx'

interface GridProps {
  readonly rows: readonly Row[]
  readonly runs: readonly Run[]
}

/**
 * The grid: a row per requirement, libpq's column, a column per run. It is one tab stop; the arrow keys move within it.
 */
export function Grid({ rows, runs }: GridProps) {
  const keys = useArrowKeys(rows.length, runs.length + 2)
  const at = new Map(rows.map((row, index) => [row, index]))
  return (
    <div class={`scroll ${runs.length > 3 ? 'many' : 'few'}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells take the arrow keys is a grid */}
      <table class="grid" role="grid" aria-label="Requirements and what each client does" {...keys.grid}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Requirement
            </th>
            <th scope="col" rowSpan={2}>
              libpq
            </th>
            {spansOf(runs).map(({ adapter, runs: own }) => (
              <th key={adapter} scope="colgroup" colSpan={own.length}>
                {adapter}
              </th>
            ))}
          </tr>
          <tr>
            {runs.map(({ slug, shortServer }) => (
              <th key={slug} scope="col" class="server">
                {shortServer}
              </th>
            ))}
          </tr>
        </thead>
        {byTopic(rows).map(({ topic, rows: own }) => (
          <tbody key={topic}>
            <tr class="topic">
              <th scope="rowgroup" colSpan={runs.length + 2}>
                {topic}
              </th>
            </tr>
            {own.map((row) => (
              <GridRow key={row.requirement.id} row={row} stop={(column) => keys.stop(at.get(row) ?? 0, column)} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

interface GridRowProps {
  readonly row: Row
  readonly stop: (column: number) => object
}

function GridRow({ row: { requirement, cells }, stop }: GridRowProps) {
  const { id, level, sentence } = requirement
  return (
    <tr>
      <th scope="row">
        <a href={linkTo({ requirement: id })} {...stop(0)}>
          <span class="id">{id}</span> <span class="level">{level}</span>
          <span class="sentence">{sentence}</span>
        </a>
      </th>
      <td class="libpq" data-label="libpq" {...stop(1)}>
        <Outcomes cells={cells} />
      </td>
      {cells.map(({ run, results }, column) => (
        <td key={run.slug} data-label={`${run.adapter}, ${run.shortServer}`}>
          <Verdicts requirement={id} run={run} results={results} stop={stop(column + 2)} />
        </td>
      ))}
    </tr>
  )
}

/** libpq's outcomes in the cells of a row; those on the first server if servers differ. */
function Outcomes({ cells }: Pick<Row, 'cells'>) {
  const first = new Map(cells.toReversed().flatMap(({ results }) => results.map(({ id, expected }) => [id, expected])))
  const kinds = Map.groupBy(first.values(), (expected) => /^\w+/.exec(expected)?.[0])
  return (
    <ul>
      {[...kinds].map(([kind, own]) => (
        <li key={kind}>{kind === undefined ? '–' : `${own.length} ${kind}`}</li>
      ))}
    </ul>
  )
}

interface VerdictsProps {
  readonly requirement: string
  readonly run: Run
  readonly results: readonly CellResult[]
  readonly stop: object
}

function Verdicts({ requirement, run, results, stop }: VerdictsProps) {
  const parts = tally(results)
  const [worst] = parts
  if (worst === undefined)
    return (
      <span class="empty" {...stop}>
        none
      </span>
    )
  const words = parts.map(({ verdict, count }) => `${count} ${verdict}`).join(', ')
  return (
    <a class={`verdicts ${worst.verdict}`} href={linkTo({ requirement, run: run.slug })} {...stop}>
      {parts.map(({ verdict, count }) => (
        <span key={verdict} aria-hidden="true">
          <Sign verdict={verdict} />
          {count} <span class="word">{verdict}</span>
        </span>
      ))}
      <span class="hidden">{`${words}: ${requirement}, ${run.adapter} on ${run.server}`}</span>
    </a>
  )
}

import type { Verdict } from '../../suite/verdict.ts'
import { tally } from '../verdicts.ts'
import { type Filter, isFiltering, keptRuns, UNFILTERED } from './filter.ts'
import type { Run } from './run.ts'
import { MEANINGS, Sign } from './verdict.tsx'

interface FiltersProps {
  readonly runs: readonly Run[]
  readonly filter: Filter
  readonly change: (filter: Filter) => void
}

/** The controls of the filter: words, client, server, verdicts. */
export function Filters({ runs, filter, change }: FiltersProps) {
  const verdicts = tally(keptRuns(runs, filter).flatMap(({ results }) => results))
  return (
    <search class="filters">
      <label>
        Search
        <input
          type="search"
          placeholder="verify-full, revoked, VF-NAME-003 …"
          value={filter.text}
          onInput={({ currentTarget }) => change({ ...filter, text: currentTarget.value })}
        />
      </label>
      <Arguments
        label="Client"
        all="All clients"
        values={runs.map(({ adapter }) => adapter)}
        value={filter.adapter}
        change={(adapter) => change({ ...filter, adapter })}
      />
      <Arguments
        label="Server"
        all="All servers"
        values={runs.map(({ server }) => server)}
        value={filter.server}
        change={(server) => change({ ...filter, server })}
      />
      <fieldset>
        <legend>Verdicts</legend>
        {verdicts.map(({ verdict, count }) => (
          <button
            key={verdict}
            type="button"
            class="toggle"
            title={MEANINGS[verdict]}
            aria-pressed={filter.verdicts.has(verdict)}
            onClick={() => change({ ...filter, verdicts: toggled(filter.verdicts, verdict) })}
          >
            <Sign verdict={verdict} /> {verdict} <span class="count">{count}</span>
          </button>
        ))}
        {isFiltering(filter) && (
          <button type="button" class="clear" onClick={() => change(UNFILTERED)}>
            Show everything
          </button>
        )}
      </fieldset>
    </search>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly all: string
  readonly values: readonly string[]
  readonly value: string
  readonly change: (value: string) => void
}

/** Renders nothing for a single value. */
function Arguments({ label, all, values, value, change }: ChoiceProps) {
  const distinct = [...new Set(values)]
  if (distinct.length < 2) return null
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
        <option value="">{all}</option>
        {distinct.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function toggled(verdicts: ReadonlySet<Verdict>, verdict: Verdict): ReadonlySet<Verdict> {
  return verdicts.has(verdict)
    ? new Set([...verdicts].filter((other) => other !== verdict))
    : new Set([...verdicts, verdict])
}

import { useEffect, useRef } from 'preact/hooks'
import type { Requirement } from '../../suite/requirements.ts'
import { CellAcrossRuns } from './cell-across-runs.tsx'
import { type Filter, keeper } from './filter.ts'
import { linkTo, usePlace } from './place.ts'
import { RequirementAcrossRuns } from './requirement-across-runs.tsx'
import { RequirementInRun } from './requirement-in-run.tsx'
import type { Run } from './run.ts'

interface PanelProps {
  readonly requirements: readonly Requirement[]
  readonly runs: readonly Run[]
  readonly filter: Filter
  readonly unfilter: () => void
}

/** The dialog for the place in the address. Escape, its button and a click beside it close it. */
export function Panel({ requirements, runs, filter, unfilter }: PanelProps) {
  const [place, leave] = usePlace()
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (place === undefined) return dialog.current?.close()
    if (!dialog.current?.open) dialog.current?.showModal()
    dialog.current?.scrollTo(0, 0)
    title.current?.focus()
  }, [place])

  const requirement = requirements.find(({ id }) => id === place?.requirement)
  const run = runs.find(({ slug }) => slug === place?.run)
  const keeps = keeper(filter, requirement?.sentence ?? '')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog itself closes on Escape
    <dialog
      ref={dialog}
      aria-labelledby="panel-title"
      onClose={leave}
      onClick={({ target }) => target === dialog.current && leave()}
    >
      {place !== undefined && (
        <article>
          <header>
            <div>
              <a class="id" href={linkTo({ requirement: place.requirement })}>
                {place.requirement}
              </a>{' '}
              <span class="level">{requirement?.level}</span>
            </div>
            <button type="button" class="close" onClick={leave}>
              Close
            </button>
            <h2 id="panel-title" ref={title} tabIndex={-1}>
              {requirement?.sentence ?? 'Not in this report'}
            </h2>
            {requirement !== undefined && <p class="source">Source: {requirement.source}</p>}
          </header>
          {place.cell !== undefined ? (
            <CellAcrossRuns cell={place.cell} runs={runs} opened={run} />
          ) : run !== undefined ? (
            <RequirementInRun requirement={place.requirement} run={run} keeps={keeps} unfilter={unfilter} />
          ) : (
            <RequirementAcrossRuns requirement={place.requirement} runs={runs} />
          )}
        </article>
      )}
    </dialog>
  )
}

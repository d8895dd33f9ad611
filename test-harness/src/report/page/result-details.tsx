import { DIFFERENCES } from '../../suite/differences.ts'
import type { CellResult } from '../../suite/result.ts'
import { linkTo } from './place.ts'
import type { Run } from './run.ts'
import { Badge } from './verdict.tsx'

interface ResultDetailsProps {
  readonly result: CellResult
  readonly run: Run
  readonly heading: string
  readonly open?: boolean
}

/** One result: libpq's outcome and the client's, and on opening the events in order. */
export function ResultDetails({ result, run, heading, open = false }: ResultDetailsProps) {
  const { id, requirement, expected, actual, verdict, because, message = '' } = result
  const untold = message !== '' && !result.events.some(({ text }) => text.includes(message))
  const difference = because === undefined ? undefined : DIFFERENCES[because]
  return (
    <details class={`result ${verdict}`} open={open}>
      <summary>
        <span class="heading">{heading}</span>
        <Badge verdict={verdict} />
        <span class="compared">
          <span>libpq: {expected}</span> <span>client: {actual}</span>
        </span>
      </summary>
      {because !== undefined && (
        <p class="because">
          Stricter by <b>{because}</b>
          {difference !== undefined && `: ${difference.why}`}
        </p>
      )}
      {untold && <p class="message">{message}</p>}
      <Trace result={result} />
      <p class="links">
        <a href={linkTo({ requirement, cell: id, run: run.slug })}>Link to this result</a>
        <a href={linkTo({ requirement, cell: id })}>In every client</a>
      </p>
    </details>
  )
}

function Trace({ result: { events } }: { readonly result: CellResult }) {
  if (events.length === 0) return <p class="untraced">Nothing was recorded.</p>
  return (
    <ol class="trace" aria-label="What happened">
      {events.map(({ by, text }, at) => (
        <li key={at} class={by}>
          <span class="by">{by}</span> <span class="text">{text}</span>
        </li>
      ))}
    </ol>
  )
}

import type { RehearsalRun, TimeLineMark, TimeLineStep } from '../../rehearsal/result.ts'
import { duration } from '../rehearsal-columns.ts'
import { BySecond } from './by-second.tsx'

/** The plot of a rehearsal as a table. */
export function TimeLineTable({ run: { client, timeLine } }: { readonly run: RehearsalRun }) {
  return <BySecond client={client} timeLine={timeLine} heads={HEADS} cells={cellsOf} />
}

const HEADS = ['done', 'failed', 'longest wait', 'new sessions', 'old sessions', 'what happened']

function cellsOf(steps: readonly TimeLineStep[], marks: readonly TimeLineMark[]) {
  return [
    steps.reduce((sum, { done }) => sum + done, 0),
    steps.reduce((sum, { failed }) => sum + failed, 0),
    duration(Math.max(0, ...steps.map(({ longestWaitMs }) => longestWaitMs))),
    steps.at(-1)?.present ?? 0,
    steps.at(-1)?.earlier ?? 0,
    marks.map(described).join(', ') || '–',
  ]
}

function described({ what, fromMs, toMs }: TimeLineMark): string {
  return toMs === undefined ? what : `${what} for ${duration(toMs - fromMs)}`
}

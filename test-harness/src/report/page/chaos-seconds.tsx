import type { ChaosMark, ChaosStep } from '../../chaos/time-line.ts'
import { duration } from '../rehearsal-columns.ts'
import { BySecond } from './by-second.tsx'
import type { Course } from './course.ts'

/** The plot of a fault as a table. */
export function ChaosSeconds({ run: { client, timeLine } }: { readonly run: Course }) {
  return <BySecond client={client} timeLine={timeLine} heads={HEADS} cells={cellsOf} />
}

const HEADS = ['done', 'failed', 'waiting', 'longest write', 'events']

function cellsOf(steps: readonly ChaosStep[], marks: readonly ChaosMark[]) {
  return [
    steps.reduce((sum, { done }) => sum + done, 0),
    steps.reduce((sum, { failed }) => sum + failed, 0),
    Math.max(0, ...steps.map(({ waiting }) => waiting)),
    duration(Math.max(0, ...steps.map(({ longestMs }) => longestMs))),
    marks.map(described).join(', ') || '–',
  ]
}

function described({ what, fromMs, toMs, count = 1 }: ChaosMark): string {
  const words = count === 1 ? what : `${count} × ${what}`
  return toMs === undefined ? words : `${words} for ${duration(toMs - fromMs)}`
}

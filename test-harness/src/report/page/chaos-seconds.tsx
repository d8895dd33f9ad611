import type { ChaosMark, ChaosStep } from '../../chaos/time-line.ts'
import { duration } from '../rehearsal-columns.ts'
import type { Course } from './course.ts'

/** The plot as a table by second, for screen readers. */
export function ChaosSeconds({ run: { client, timeLine } }: { readonly run: Course }) {
  const { steps, stepMs, marks } = timeLine
  const inSecond = Math.round(1000 / stepMs)
  const seconds = Array.from({ length: Math.ceil(steps.length / inSecond) }, (_, second) => ({
    second,
    ...summed(steps.slice(second * inSecond, (second + 1) * inSecond)),
    events: marks.filter(({ fromMs }) => Math.floor(fromMs / 1000) === second).map(described),
  }))
  return (
    <details class="by-second">
      <summary>{client} second by second</summary>
      <table class="figures">
        <thead>
          <tr>
            {['Second', ...HEADS].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seconds.map(({ second, done, failed, waiting, longestMs, events }) => (
            <tr key={second}>
              <th scope="row">{second}</th>
              {[done, failed, waiting, duration(longestMs), events.join(', ') || '–'].map((cell, at) => (
                <td key={HEADS[at]} data-label={HEADS[at]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

const HEADS = ['done', 'failed', 'waiting', 'longest write', 'events']

function summed(steps: readonly ChaosStep[]) {
  return {
    done: steps.reduce((sum, { done }) => sum + done, 0),
    failed: steps.reduce((sum, { failed }) => sum + failed, 0),
    waiting: Math.max(0, ...steps.map(({ waiting }) => waiting)),
    longestMs: Math.max(0, ...steps.map(({ longestMs }) => longestMs)),
  }
}

function described({ what, fromMs, toMs, count = 1 }: ChaosMark): string {
  const words = count === 1 ? what : `${count} × ${what}`
  return toMs === undefined ? words : `${words} for ${duration(toMs - fromMs)}`
}

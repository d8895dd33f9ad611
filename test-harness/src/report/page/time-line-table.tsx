import type { RehearsalRun, TimeLineMark, TimeLineStep } from '../../rehearsal/result.ts'
import { duration } from '../rehearsal-columns.ts'

/** The plot as a table by second, for screen readers. */
export function TimeLineTable({ run: { client, timeLine } }: { readonly run: RehearsalRun }) {
  const { steps, stepMs, marks } = timeLine
  const inSecond = Math.round(1000 / stepMs)
  const seconds = Array.from({ length: Math.ceil(steps.length / inSecond) }, (_, second) => ({
    second,
    ...summed(steps.slice(second * inSecond, (second + 1) * inSecond)),
    happened: marks.filter(({ fromMs }) => Math.floor(fromMs / 1000) === second).map(described),
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
          {seconds.map(({ second, done, failed, longestWaitMs, present, earlier, happened }) => (
            <tr key={second}>
              <th scope="row">{second}</th>
              {[done, failed, duration(longestWaitMs), present, earlier, happened.join(', ') || '–'].map((cell, at) => (
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

const HEADS = ['done', 'failed', 'longest wait', 'new sessions', 'old sessions', 'what happened']

function summed(steps: readonly TimeLineStep[]): TimeLineStep {
  return {
    done: steps.reduce((sum, { done }) => sum + done, 0),
    failed: steps.reduce((sum, { failed }) => sum + failed, 0),
    longestWaitMs: Math.max(0, ...steps.map(({ longestWaitMs }) => longestWaitMs)),
    present: steps.at(-1)?.present ?? 0,
    earlier: steps.at(-1)?.earlier ?? 0,
  }
}

function described({ what, fromMs, toMs }: TimeLineMark): string {
  return toMs === undefined ? what : `${what} for ${duration(toMs - fromMs)}`
}

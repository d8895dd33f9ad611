import type { RehearsalRun } from '../../rehearsal/result.ts'
import { duration } from '../rehearsal-columns.ts'
import { bars, Lane } from './lane.tsx'
import { TimeLineTable } from './time-line-table.tsx'

/** Values of a full lane. */
interface Highest {
  readonly work: number
  readonly waitMs: number
  readonly sessions: number
}

interface PlotProperties {
  readonly run: RehearsalRun
  /** Longest duration of the plots in the same column, in ms. */
  readonly longestMs: number
  readonly highest: Highest
}

/**
 * The course of a run: completed and failed work, the longest checkout, sessions by secret; and the same as a table.
 */
export function TimeLinePlot({ run, longestMs, highest }: PlotProperties) {
  const { client, timeLine, errors } = run
  const { steps, stepMs } = timeLine
  const width = longestMs / stepMs
  const half = (count: number) => (50 * count) / highest.work
  const lane = { timeLine, width }
  return (
    <figure class="time-line">
      <figcaption>{client}</figcaption>
      <Lane {...lane} title="Work" scale={`above: done, below: failed; full: ${highest.work} in ${duration(stepMs)}`}>
        <path class="done" d={bars(steps, ({ done }) => [50 - half(done), 50])} />
        <path class="lost" d={bars(steps, ({ failed }) => [50, 50 + half(failed)])} />
        <path class="axis" d={`M0 50H${width}`} />
      </Lane>
      <Lane {...lane} title="Longest wait for a connection" scale={`full: ${duration(highest.waitMs)}`}>
        <path
          class="wait"
          d={bars(steps, ({ longestWaitMs }) => [100 - (100 * longestWaitMs) / highest.waitMs, 100])}
        />
      </Lane>
      <Lane
        {...lane}
        title="Sessions"
        scale={`below: of the new secret, above: of earlier ones; full: ${highest.sessions}`}
      >
        <path class="present" d={bars(steps, ({ present }) => [level(present, highest), 100])} />
        <path
          class="earlier"
          d={bars(steps, ({ present, earlier }) => [level(present + earlier, highest), level(present, highest)])}
        />
      </Lane>
      <p class="seconds" aria-hidden="true">
        <span>0</span>
        <span>{duration(longestMs)}</span>
      </p>
      {errors.length > 0 && (
        <ul class="errors">
          {errors.map(({ message, count }) => (
            <li key={message}>
              {count} × <span class="message">{message}</span>
            </li>
          ))}
        </ul>
      )}
      <TimeLineTable run={run} />
    </figure>
  )
}

function level(sessions: number, highest: Highest): number {
  return 100 - (100 * sessions) / highest.sessions
}

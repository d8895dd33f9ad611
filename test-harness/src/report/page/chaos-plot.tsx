import { duration } from '../rehearsal-columns.ts'
import { ChaosSeconds } from './chaos-seconds.tsx'
import type { Course } from './course.ts'
import { bars, Lane } from './lane.tsx'

/** Values of a full lane. */
interface Highest {
  readonly steps: number
  readonly writes: number
  readonly waiting: number
  readonly longestMs: number
}

/** One scale per fault, so that its plots are comparable. */
export function highestOf(courses: readonly Pick<Course, 'timeLine'>[]): Highest {
  const steps = courses.flatMap(({ timeLine }) => timeLine.steps)
  const most = (of: (step: (typeof steps)[number]) => number) => steps.reduce((all, step) => Math.max(all, of(step)), 1)
  return {
    steps: courses.reduce((longest, { timeLine }) => Math.max(longest, timeLine.steps.length), 1),
    writes: most(({ done, failed }) => Math.max(done, failed)),
    waiting: most(({ waiting }) => waiting),
    longestMs: most(({ longestMs }) => longestMs),
  }
}

/** The course of a client: writes, writers that wait, and durations; and the same as a table. */
export function ChaosPlot({ run, highest }: { readonly run: Course; readonly highest: Highest }) {
  const { client, timeLine, errors } = run
  const { steps, stepMs } = timeLine
  const lane = { timeLine, width: highest.steps }
  const half = (count: number) => (50 * count) / highest.writes
  const share = (value: number, most: number) => 100 - (100 * value) / most
  return (
    <figure class="time-line">
      <figcaption>{client}</figcaption>
      <Lane
        {...lane}
        title="Writes"
        scale={`above: done, below: failed; full: ${highest.writes} in ${duration(stepMs)}`}
      >
        <path class="done" d={bars(steps, ({ done }) => [50 - half(done), 50])} />
        <path class="lost" d={bars(steps, ({ failed }) => [50, 50 + half(failed)])} />
        <path class="axis" d={`M0 50H${highest.steps}`} />
      </Lane>
      <Lane {...lane} title="Writers without a connection" scale={`full: ${highest.waiting}`}>
        <path class="earlier" d={bars(steps, ({ waiting }) => [share(waiting, highest.waiting), 100])} />
      </Lane>
      <Lane
        {...lane}
        title="Duration of a write"
        scale={`dark: median, light: longest; full: ${duration(highest.longestMs)}`}
      >
        <path class="longest" d={bars(steps, ({ longestMs }) => [share(longestMs, highest.longestMs), 100])} />
        <path class="wait" d={bars(steps, ({ medianMs }) => [share(medianMs, highest.longestMs), 100])} />
      </Lane>
      <p class="seconds" aria-hidden="true">
        <span>0</span>
        <span>{duration(highest.steps * stepMs)}</span>
      </p>
      {Object.keys(errors).length > 0 && (
        <ul class="errors">
          {Object.entries(errors).map(([words, count]) => (
            <li key={words}>
              {count} × <span class="message">{words}</span>
            </li>
          ))}
        </ul>
      )}
      <ChaosSeconds run={run} />
    </figure>
  )
}

import type { ComponentChildren } from 'preact'
import type { TimeLine } from '../../rehearsal/result.ts'

interface LaneProperties {
  readonly timeLine: Pick<TimeLine, 'marks' | 'stepMs'>
  readonly width: number
  readonly title: string
  readonly scale: string
  readonly children: ComponentChildren
}

/** Stretched to the available width, so its labels stand outside. */
export function Lane({ timeLine, width, title, scale, children }: LaneProperties) {
  const { marks, stepMs } = timeLine
  return (
    <div class="lane">
      <p>
        <strong>{title}</strong> <span class="scale">{scale}</span>
      </p>
      <svg viewBox={`0 0 ${width} 100`} preserveAspectRatio="none" aria-hidden="true">
        {marks.map(({ what, fromMs, toMs }) =>
          toMs === undefined ? (
            <path key={`${what} ${fromMs}`} class="moment" d={`M${fromMs / stepMs} 0V100`} />
          ) : (
            <rect
              key={`${what} ${fromMs}`}
              class="span"
              x={fromMs / stepMs}
              width={(toMs - fromMs) / stepMs}
              height="100"
            />
          ),
        )}
        {children}
      </svg>
    </div>
  )
}

/** One path for all bars, because a run has hundreds. */
export function bars<Step>(steps: readonly Step[], extent: (step: Step) => readonly [top: number, foot: number]) {
  return steps
    .map((step, index) => {
      const [top, foot] = extent(step)
      return top === foot ? '' : `M${index} ${round(foot)}V${round(top)}h1V${round(foot)}z`
    })
    .join('')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

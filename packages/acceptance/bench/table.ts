import { median, type Rounds } from './contest.ts'

/** A figure with an optional upper limit. */
export interface Comparison {
  readonly what: string
  readonly measured: number
  /** Standard error of a figure that is the mean of several processes; absent for others. */
  readonly error?: number
  /** Upper limit; absent where none is set. */
  readonly bar?: number
}

/** One row of the table: each contender's median, and the comparisons. */
export interface Row {
  readonly title: string
  readonly unit: string
  /** Medians by contender. */
  readonly medians: Readonly<Record<string, number>>
  readonly comparisons: readonly Comparison[]
  readonly rounds: number
}

/** Makes a row from measured rounds. */
export function rowOf(title: string, unit: string, rounds: Rounds, comparisons: readonly Comparison[]): Row {
  const medians = Object.fromEntries([...rounds].map(([name, figures]) => [name, median(figures)]))
  return { title, unit, medians, comparisons, rounds: Math.max(0, ...[...rounds.values()].map(({ length }) => length)) }
}

/** The row as lines for the terminal. */
export function tableOf({ title, unit, medians, comparisons }: Row): string {
  const figures = Object.entries(medians).map(([name, figure]) => `${name} ${shown(figure)} ${unit}`)
  const lines = comparisons.map((comparison) => {
    const { what, measured, error, bar } = comparison
    const limit = bar === undefined ? '' : `≤ ${shown(bar)}`
    const figure = shown(measured).padStart(9) + (error === undefined ? '' : ` ± ${shown(error)}`).padEnd(7)
    return `    ${what.padEnd(56)}${figure}   ${limit.padEnd(10)}${verdict(comparison)}`.trimEnd()
  })
  return [title, `    ${figures.join(' · ')}`, ...lines].join('\n')
}

/** The number of bars met, and the bars missed. */
export function summaryOf(rows: readonly Row[]): string {
  const held = rows.flatMap(({ title, comparisons }) =>
    comparisons.filter((comparison) => verdict(comparison) !== '').map((comparison) => ({ title, ...comparison })),
  )
  const missed = held.filter((comparison) => verdict(comparison) === 'NOT MET')
  const list = missed.map(
    ({ title, what, measured, bar }) => `\n  not met: ${title}: ${what} ${shown(measured)}, bar ${bar}`,
  )
  return `${held.length - missed.length} of ${held.length} bars met${list.join('')}`
}

/** Empty without a bar or without a figure to compare. */
function verdict({ measured, bar }: Comparison): string {
  if (bar === undefined || Number.isNaN(measured)) return ''
  return measured <= bar ? 'met' : 'NOT MET'
}

/** The figure as text; `left out` for NaN. */
export function shown(figure: number): string {
  if (Number.isNaN(figure)) return 'left out'
  return Math.abs(figure) >= 100 ? figure.toFixed(0) : figure.toFixed(2)
}

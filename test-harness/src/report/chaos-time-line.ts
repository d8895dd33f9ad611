import Table from 'cli-table3'
import type { ChaosRun } from '../chaos/run.ts'
import type { ChaosMark } from '../chaos/time-line.ts'
import { duration } from './rehearsal-columns.ts'

/**
 * Renders the course of a run for a terminal: a row per 100 ms, with the events in it.
 */
export function renderTimeLine({ fault, client, timeLine }: Pick<ChaosRun, 'fault' | 'client' | 'timeLine'>): string {
  const { steps, stepMs, marks } = timeLine
  const table = new Table({ head: HEADS, style: { head: [], border: [] } })
  for (const [index, { done, failed, waiting, medianMs, longestMs }] of steps.entries()) {
    const happened = marks.flatMap((mark) => wordsIn(mark, index, stepMs))
    const at = `${((index * stepMs) / 1000).toFixed(1)} s`
    table.push([at, done, failed, waiting, duration(medianMs), duration(longestMs), happened.join('; ')])
  }
  return `${fault}, ${client}\n${table.toString()}`
}

const HEADS = ['time', 'done', 'failed', 'waiting', 'median', 'longest', 'event']

/** Words for a mark in a step: its begin, its end, or nothing. */
function wordsIn({ what, fromMs, toMs, count = 1 }: ChaosMark, step: number, stepMs: number): readonly string[] {
  const begins = Math.floor(fromMs / stepMs) === step
  if (toMs === undefined) return begins ? [count === 1 ? what : `${count} × ${what}`] : []
  const ends = Math.floor(toMs / stepMs) === step
  return [...(begins ? [`begins: ${what}`] : []), ...(ends ? ['ends'] : [])]
}

import { type Level, lineOf } from '../events/line.ts'
import { recentEvents } from '../events/recent.ts'
import type { Stats } from '../events/stats.ts'
import { processStats } from '../monitor/stats.ts'
import { printable } from '../text/printable.ts'

/** A process as it shows itself to its owner, without secrets. In JSON each date is a text of ISO 8601. */
export interface ProcessView {
  /** Of this shape. */
  readonly version: 1
  readonly process: {
    readonly pid: number
    readonly name: string
    readonly startedAt: Date
  }
  readonly stats: Stats
  /** The latest events that tell of trouble or change, the oldest first. */
  readonly events: readonly { readonly at: Date; readonly level: Level; readonly text: string }[]
}

/** Longest text of an event, in characters. */
const LONGEST = 500

/** Returns the view of this process. */
export function processView(name: string): ProcessView {
  return {
    version: 1,
    process: { pid: process.pid, name, startedAt: new Date(Date.now() - process.uptime() * 1000) },
    stats: processStats(),
    events: recentEvents().map(({ at, channel, event }) => {
      const { level, text } = lineOf(channel, event)
      return { at, level, text: printable(text, LONGEST) }
    }),
  }
}

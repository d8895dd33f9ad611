import type { ClientEvent } from './client.ts'
import type { Write } from './write.ts'

/** Length of a step, in ms. */
const STEP_MS = 100

/** A run in steps of equal length. */
export interface ChaosTimeLine {
  /** Length of a step, in ms. */
  readonly stepMs: number
  /** The steps, in order. */
  readonly steps: readonly ChaosStep[]
  /** Faults with begin and end, and events of the client, in ms from the begin. */
  readonly marks: readonly ChaosMark[]
}

/** Counts of one step. */
export interface ChaosStep {
  /** Acknowledged writes. */
  readonly done: number
  /** Failed ones. */
  readonly failed: number
  /** Writers without a connection at the end of the step. */
  readonly waiting: number
  /** Median duration of the acknowledged writes that ended in it, wait included, in ms; 0 if none did. */
  readonly medianMs: number
  /** The longest, in ms. */
  readonly longestMs: number
}

/** A fault or an event. */
export interface ChaosMark {
  /** Its description. */
  readonly what: string
  /** Its begin, in ms from the begin of the run. */
  readonly fromMs: number
  /** Its end; absent for a moment. */
  readonly toMs?: number
  /** Number of equal events in its step. Default 1. */
  readonly count?: number
}

interface Course {
  readonly writes: readonly Write[]
  readonly events: readonly ClientEvent[]
  /** Begin of the run. */
  readonly began: number
  /** Faults. */
  readonly marks: readonly { readonly text: string; readonly from: number; readonly to: number }[]
}

/** Sorts writes and events into steps. */
export function timeLineOf({ writes, events, began, marks }: Course): ChaosTimeLine {
  const length = writes.reduce((longest, { at }) => Math.max(longest, stepOf(at - began) + 1), 0)
  const ends = grouped(writes, ({ at }) => stepOf(at - began))
  const waiting = waitingAt(writes, began, length)
  const steps = Array.from({ length }, (_, index) => {
    const own = ends.get(index) ?? []
    const durations = own.filter(({ failure }) => !failure).map(({ askedAt, at }) => at - askedAt)
    const sorted = durations.sort((a, b) => a - b)
    return {
      done: sorted.length,
      failed: own.length - sorted.length,
      waiting: waiting[index] ?? 0,
      medianMs: Math.round(sorted[sorted.length >> 1] ?? 0),
      longestMs: Math.round(sorted.at(-1) ?? 0),
    }
  })
  const faults = marks.map(({ text, from, to }) => ({
    what: text,
    fromMs: rounded(from - began),
    toMs: rounded(to - began),
  }))
  return { stepMs: STEP_MS, steps, marks: [...faults, ...eventsOf(events, began)] }
}

/** Equal events of a step are one mark. */
function eventsOf(events: readonly ClientEvent[], began: number): ChaosMark[] {
  const groups = grouped(events, ({ at, text }) => `${stepOf(at - began)} ${text}`)
  return [...groups.values()].flatMap(([first, ...others]) =>
    first
      ? { what: first.text, fromMs: rounded(first.at - began), ...(others.length > 0 && { count: others.length + 1 }) }
      : [],
  )
}

/** Number of writers without a connection at the end of each step. */
function waitingAt(writes: readonly Write[], began: number, length: number): readonly number[] {
  const counts = Array.from({ length }, () => 0)
  for (const { askedAt, at, waitMs = at - askedAt } of writes) {
    const last = Math.min(length, stepOf(askedAt + waitMs - began))
    for (let step = stepOf(askedAt - began); step < last; step++) counts[step] = (counts[step] ?? 0) + 1
  }
  return counts
}

/** `Map.groupBy`, which Node 20 has not. */
function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

function stepOf(ms: number): number {
  return Math.max(0, Math.floor(ms / STEP_MS))
}

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms))
}

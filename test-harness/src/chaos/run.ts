import type { ClientUnderLoad, Stopped } from './client.ts'
import { explains, type Fault } from './fault.ts'
import type { LedgerBalance } from './ledger.ts'
import { type ChaosTimeLine, timeLineOf } from './time-line.ts'
import { type Write, wasLent, wordsOf } from './write.ts'

/** Effects of a fault on a client. */
export interface ChaosRun extends LedgerBalance, Stopped {
  /** Id of the fault. */
  readonly fault: string
  /** Description of the fault. */
  readonly title: string
  /** Name of the adapter. */
  readonly client: string
  /** Pool size, and number of writers. */
  readonly connections: number
  /** Checkouts that failed, without {@link refusals}. */
  readonly failedCheckouts: number
  /** Checkouts that failed by right: the server's certificate had expired. */
  readonly refusals: number
  /** Writes that failed on a lent connection, BEGIN included. */
  readonly failedWrites: number
  /** Failures that the fault does not explain. */
  readonly unexplained: number
  /** Number of times that the client's process ended. */
  readonly exits: number
  /** Time from the end of the fault to the first acknowledged write after it, in ms; null if there was none. */
  readonly firstWriteMs: number | null
  /** Longest checkout, in ms. */
  readonly longestWaitMs: number
  /** Slowest acknowledged write that ended after the begin of the fault, wait included, in ms. */
  readonly slowestMs: number
  /** Errors by code and message, with their numbers. */
  readonly errors: Readonly<Record<string, number>>
  /** The run in steps of 100 ms. */
  readonly timeLine: ChaosTimeLine
}

/** Observations of a run. */
export interface Observed {
  readonly fault: Fault
  readonly name: string
  readonly client: ClientUnderLoad
  /** Times of begin and end of the fault, of {@link instant}. */
  readonly from: number
  readonly healedAt: number
  readonly stopped: Stopped
  readonly balance: LedgerBalance
  readonly connections: number
}

/** Counts a run. */
export function runOf({ fault, name, client, from, healedAt, stopped, balance, connections }: Observed): ChaosRun {
  const { writes, events, exits } = client
  const failed = writes.filter(({ failure }) => failure !== undefined)
  const checkouts = failed.filter((write) => !wasLent(write))
  const isRight = ({ failure }: Write) => failure !== undefined && fault.refuses?.test(wordsOf(failure)) === true
  const refusals = checkouts.filter(isRight).length
  const first = writes.find(({ at, failure }) => at >= healedAt && failure === undefined)
  return {
    fault: fault.id,
    title: fault.title,
    client: name,
    connections,
    failedCheckouts: checkouts.length - refusals,
    refusals,
    failedWrites: failed.length - checkouts.length,
    unexplained: failed.filter(({ failure }) => failure && !explains(fault, failure)).length,
    ...stopped,
    exits,
    firstWriteMs: first ? Math.round(first.at - healedAt) : null,
    longestWaitMs: Math.round(longestOf(writes)),
    slowestMs: Math.round(slowestOf(writes.filter(({ at }) => at >= from))),
    errors: errorsOf(failed),
    ...balance,
    timeLine: timeLineOf({
      writes,
      events,
      began: writes.reduce((first, { askedAt }) => Math.min(first, askedAt), from),
      marks: [{ text: fault.title, from, to: healedAt }],
    }),
  }
}

/** The longest time until a connection was lent, or not, in ms. */
export function longestOf(writes: readonly Write[]): number {
  return writes.reduce((longest, { askedAt, at, waitMs = at - askedAt }) => Math.max(longest, waitMs), 0)
}

/** The slowest acknowledged write, wait included, in ms. */
function slowestOf(writes: readonly Write[]): number {
  const done = writes.filter(({ failure }) => failure === undefined)
  return done.reduce((slowest, { askedAt, at }) => Math.max(slowest, at - askedAt), 0)
}

/** Numbers of failures by code and message. */
export function errorsOf(failed: readonly Write[]): Readonly<Record<string, number>> {
  const errors: Record<string, number> = {}
  for (const { failure } of failed) {
    if (failure === undefined) continue
    const words = wordsOf(failure)
    errors[words] = (errors[words] ?? 0) + 1
  }
  return errors
}

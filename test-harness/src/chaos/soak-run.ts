import type { Footprint, Stopped } from './client.ts'
import type { LedgerBalance } from './ledger.ts'
import { growthOf } from './slope.ts'
import type { ChaosTimeLine } from './time-line.ts'

/** Random faults over a longer time, and their effects on several clients at once. */
export interface SoakRun extends LedgerBalance {
  /** Seed that repeats the order of the faults. */
  readonly seed: number
  /** Time under faults, in ms. */
  readonly durationMs: number
  /** Pool size of each client, and number of its writers. */
  readonly connections: number
  /** The faults in order. */
  readonly faults: readonly SoakFault[]
  /** One entry per client. */
  readonly clients: readonly SoakClient[]
  /** Sessions of all clients on all servers, at the times of the footprints. */
  readonly sessions: readonly number[]
  /** Sessions left after all clients were closed. */
  readonly sessionsLeft: number
}

/** A fault of a soak. */
export interface SoakFault {
  /** Its id. */
  readonly id: string
  /** Begin and end, in ms from the begin of the soak. */
  readonly fromMs: number
  readonly toMs: number
  /** Failures of all clients that it explains. */
  readonly failures: number
}

/** Effects of a soak on one client. */
export interface SoakClient extends Stopped {
  /** Name of the adapter. */
  readonly client: string
  /** Acknowledged writes. */
  readonly done: number
  /** Checkouts that failed. */
  readonly failedCheckouts: number
  /** Writes that failed on a lent connection. */
  readonly failedWrites: number
  /** Failures that no fault explains, by code and message. */
  readonly unexplained: Readonly<Record<string, number>>
  /** Number of times that its process ended. */
  readonly exits: number
  /** Longest checkout, in ms. */
  readonly longestWaitMs: number
  /** Its process, at rest, before the first fault and after each. */
  readonly footprints: readonly (Footprint & { readonly atMs: number })[]
  /** Its course. */
  readonly timeLine: ChaosTimeLine
}

/** Growth of the heap in one soak that counts as flat, in bytes: code is compiled, and caches fill. */
const FLAT_HEAP = 3 * 2 ** 20
/** Growth of a number of handles, sockets or sessions that counts as flat. */
const FLAT_COUNT = 2

/** Complaints about a soak, one sentence each; none if nothing was lost, unexplained or growing. */
export function complaintsOf(run: SoakRun): readonly string[] {
  const { lost, doubled, sessions, sessionsLeft, clients, connections } = run
  const times = clients[0]?.footprints ?? []
  const growth = growthOf(sessions.map((value, index) => ({ at: times[index]?.atMs ?? index, value })))
  const most = connections * clients.length
  return [
    ...(lost > 0 ? [`${counted(lost, 'acknowledged write is', 'acknowledged writes are')} lost`] : []),
    ...(doubled > 0 ? [`${counted(doubled, 'write is', 'writes are')} doubled`] : []),
    ...(growth > FLAT_COUNT ? [`sessions grow by ${Math.round(growth)}`] : []),
    ...(Math.max(0, ...sessions) > most ? [`${Math.max(...sessions)} sessions, and ${most} places in the pools`] : []),
    ...(sessionsLeft > 0 ? [`${counted(sessionsLeft, 'session is', 'sessions are')} left after the end`] : []),
    ...clients.flatMap((client) => complaintsAbout(client).map((text) => `${client.client}: ${text}`)),
  ]
}

function complaintsAbout(client: SoakClient): readonly string[] {
  const { failedCheckouts, unexplained, exits, isHung, readOnly, footprints, done } = client
  const growth = (of: (footprint: Footprint) => number) =>
    growthOf(footprints.map((footprint) => ({ at: footprint.atMs, value: of(footprint) })))
  const heap = growth((footprint) => footprint.heap)
  const counts = (['handles', 'sockets'] as const).map((name) => ({ name, by: growth((one) => one[name]) }))
  return [
    ...(done === 0 ? ['no write was acknowledged'] : []),
    ...(failedCheckouts > 0 ? [`${counted(failedCheckouts, 'checkout', 'checkouts')} failed`] : []),
    ...Object.entries(unexplained).map(([words, count]) => `no fault explains ${count} × ${words}`),
    ...(exits > 0 ? [`its process ended ${counted(exits, 'time', 'times')}`] : []),
    ...(isHung ? ['it hung'] : []),
    ...(readOnly > 0 ? [`${counted(readOnly, 'connection is', 'connections are')} left read-only`] : []),
    ...(heap > FLAT_HEAP ? [`the heap grows by ${(heap / 2 ** 20).toFixed(1)} MiB`] : []),
    ...counts.filter(({ by }) => by > FLAT_COUNT).map(({ name, by }) => `${name} grow by ${Math.round(by)}`),
  ]
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`
}

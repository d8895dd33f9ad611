import type { WorkRequest } from '../suite/work.ts'
import type { Write } from './write.ts'

/** A client that a run can start: in this process, or in one of its own. */
export interface ChaosClient {
  /** Name of its adapter. */
  readonly name: string
  /** True if its driver takes one host: it gets a name that moves to the present primary. */
  readonly oneHost: boolean
  /**
   * Opens its pool, and lets as many writers work as it has connections.
   *
   * @param firstEntry First number of its rows. Default 0.
   */
  start(request: WorkRequest, firstEntry?: number): Promise<ClientUnderLoad>
}

/** A started client. */
export interface ClientUnderLoad {
  /** The writes so far. */
  readonly writes: readonly Write[]
  /** Events of its diagnostics channels, and the ends of its process. */
  readonly events: readonly ClientEvent[]
  /** Number of times that its process ended by itself. It is started again. */
  readonly exits: number
  /** True if {@link shiftClock} is possible. */
  readonly hasOwnClock: boolean
  /** Lets the writers rest, or work again. */
  rest(isResting: boolean): void
  /** Sets the clock of its process by so many ms; 0 sets it back. */
  shiftClock(ms: number): void
  /** Measures its process after a garbage collection; the writers should rest. */
  footprint(): Promise<Footprint>
  /** Stops the writers and closes the pool. */
  stop(): Promise<Stopped>
}

/** State of a client at its end. */
export interface Stopped {
  /** Connections of its pool that are read-only. */
  readonly readOnly: number
  /** True if a write, or the end of its pool, never ended: its process was ended. */
  readonly isHung: boolean
}

/** An event of a client. */
export interface ClientEvent {
  /** Time of {@link instant}. */
  readonly at: number
  /** Its channel and kind: `verifull:credentials fetched`. */
  readonly text: string
}

/** Resources of a process. */
export interface Footprint {
  /** Used heap, in bytes. */
  readonly heap: number
  /** Open handles and requests of Node. */
  readonly handles: number
  /** Open TCP sockets. */
  readonly sockets: number
}

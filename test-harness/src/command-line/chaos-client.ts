import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { ChaosClient, ClientEvent, ClientUnderLoad, Footprint, Stopped } from '../chaos/client.ts'
import { instant, type Write } from '../chaos/write.ts'
import type { WorkRequest } from '../suite/work.ts'
import type { AdapterAddress } from './messages.ts'
import { compiled, ownEnvironment } from './own-process.ts'

/** A request to the process of a client. */
export type ClientOrder =
  | { readonly start: AdapterAddress & { readonly request: WorkRequest; readonly firstEntry: number } }
  | { readonly rest: boolean }
  | { readonly shiftClock: number }
  | { readonly measure: true }
  | { readonly stop: true }

/** A report of that process. */
export interface ClientReport {
  readonly started?: true
  readonly writes?: readonly Write[]
  readonly events?: readonly ClientEvent[]
  readonly footprint?: Footprint
  readonly stopped?: Stopped
}

/** Pause before a process that ended is started again, in ms. */
const AGAIN_MS = 100
/** Numbers of rows for one life of the process. */
const ENTRIES = 10_000_000
/** Length of the end of its stderr that is searched for an error. */
const KEPT = 10_000
/** Time to stop, in ms; longer than any checkout. */
const STOP_MS = 40_000
/** Time of the first start, in ms. */
const START_MS = 30_000

/** Makes a client of an adapter, in a process of its own, which is started again if it ends. */
export function inOwnProcess(address: AdapterAddress, oneHost = false): ChaosClient {
  return {
    name: address.name,
    oneHost,
    async start(request, firstEntry = 0) {
      const life = new ClientProcess(address, request, firstEntry)
      await life.began
      return life
    },
  }
}

class ClientProcess implements ClientUnderLoad {
  readonly writes: Write[] = []
  readonly events: ClientEvent[] = []
  readonly hasOwnClock = true
  exits = 0
  /** Resolves when the writers of the first process work. */
  readonly began: Promise<unknown>
  readonly #address: AdapterAddress
  readonly #request: WorkRequest
  #child: ChildProcess
  #hear: (report: ClientReport) => void = () => {}
  #isResting = false
  #shiftMs = 0
  #isOver = false
  #nextEntry: number

  constructor(address: AdapterAddress, request: WorkRequest, firstEntry: number) {
    this.#address = address
    this.#request = request
    this.#nextEntry = firstEntry
    this.#child = this.#launch()
    this.began = this.#report(({ started }) => started, START_MS, 'did not start')
  }

  rest(isResting: boolean): void {
    this.#isResting = isResting
    this.#tell({ rest: isResting })
  }

  shiftClock(ms: number): void {
    this.#shiftMs = ms
    this.#tell({ shiftClock: ms })
  }

  async footprint(): Promise<Footprint> {
    const measured = this.#report(({ footprint }) => footprint, STOP_MS, 'did not measure itself')
    this.#tell({ measure: true })
    return measured
  }

  async stop(): Promise<Stopped> {
    this.#isOver = true
    const nothing = { readOnly: 0, isHung: false }
    // Between two lives nothing is left to stop.
    if (!this.#child.connected) return nothing
    const exit = once(this.#child, 'exit').then(() => nothing)
    const stopped = this.#report(({ stopped }) => stopped, STOP_MS, 'did not stop')
    this.#tell({ stop: true })
    try {
      return await Promise.race([stopped, exit])
    } catch (error) {
      // A client that hangs is a result, and no end of the run.
      this.events.push({ at: instant(), text: `the process was ended: ${(error as Error).message}` })
      return { ...nothing, isHung: true }
    } finally {
      this.#child.kill('SIGKILL')
      await exit
    }
  }

  #launch(): ChildProcess {
    const child = fork(compiled('chaos-client-main.js'), {
      env: ownEnvironment(),
      // ORMs and drivers print; the table goes to stdout.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.on('error', () => {})
    let printed = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT)
    })
    child.on('message', (report: ClientReport) => {
      this.writes.push(...(report.writes ?? []))
      this.events.push(...(report.events ?? []))
      this.#hear(report)
    })
    child.once('close', () => this.#ended(/^\w*Error: .*$/m.exec(printed)?.[0]))
    const firstEntry = this.#nextEntry
    this.#nextEntry += ENTRIES
    this.#child = child
    this.#tell({ start: { ...this.#address, request: this.#request, firstEntry } })
    if (this.#isResting) this.#tell({ rest: true })
    if (this.#shiftMs !== 0) this.#tell({ shiftClock: this.#shiftMs })
    return child
  }

  /** Starts the client again, as a supervisor does. */
  async #ended(reason = 'without an error'): Promise<void> {
    if (this.#isOver) return
    this.exits++
    this.events.push({ at: instant(), text: `the process ended: ${reason}` })
    await pause(AGAIN_MS)
    if (!this.#isOver) this.#launch()
  }

  #tell(order: ClientOrder): void {
    if (this.#child.connected) this.#child.send(order, () => undefined)
  }

  /** Resolves with a part of a later report. */
  #report<Part>(partOf: (report: ClientReport) => Part | undefined, ms: number, problem: string): Promise<Part> {
    const { name } = this.#address
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`client ${name} ${problem} within ${ms / 1000} s`)), ms)
      this.#hear = (report) => {
        const part = partOf(report)
        if (part === undefined) return
        clearTimeout(late)
        resolve(part)
      }
    })
  }
}

import type { ConnectionSeen, PostgresServer } from '../../postgres/server.ts'
import type { Adapter } from '../adapter.ts'
import type { Cell, SuiteCell } from '../cell.ts'
import type { CellResult } from '../result.ts'
import { type CellRun, runCell } from './cell-run.ts'
import { eventsOf, type Logs } from './trace.ts'
import { runWork } from './work-run.ts'
import { type ServerSetup, serverSetupOf, type World } from './world.ts'

/**
 * Runs cells in order, several at a time. A request for a cell starts its neighbours too, so that a runner with a
 * single test runs no more than these.
 */
export class SuiteRun {
  /** The cells in the order of running: those with the same server setup are adjacent. */
  readonly cells: readonly SuiteCell[]
  readonly #adapter: Adapter
  readonly #world: World
  readonly #ahead: number
  readonly #runs = new Map<SuiteCell, Promise<CellRun>>()
  /** Number of connections in the logs before this run, because client addresses are reused. */
  readonly #earlier = new Map<PostgresServer, number>()
  #profile = ''
  #twin: Promise<string | undefined> = Promise.resolve(undefined)

  constructor(adapter: Adapter, world: World, cells: readonly SuiteCell[], ahead = 4) {
    this.#adapter = adapter
    this.#world = world
    this.#ahead = ahead
    const keys = cells.map(profileKey)
    this.cells = [...new Set(keys)].flatMap((key) => cells.filter((_, at) => keys[at] === key))
  }

  async run(cell: SuiteCell): Promise<CellRun> {
    const at = this.cells.indexOf(cell)
    if (profileKey(cell) !== this.#profile) await this.#turnTo(cell)
    const next = this.cells.slice(at, at + this.#ahead).filter((other) => profileKey(other) === this.#profile)
    for (const begun of next) {
      if (!this.#runs.has(begun)) this.#runs.set(begun, this.#run(begun))
    }
    return this.#runs.get(cell) ?? this.#run(cell)
  }

  /** The results of cells with the events from the servers' logs, which are read once because that takes time. */
  async completed(runs: readonly CellRun[]): Promise<readonly CellResult[]> {
    const logs: Logs = new Map(
      (await this.#seen()).map(([server, seen]) => [server, seen.slice(this.#earlier.get(server))] as const),
    )
    return runs.map(({ result, notes, clean = (text) => text }) => ({
      ...result,
      ...(result.message === undefined ? {} : { message: clean(result.message) }),
      events: eventsOf(notes, logs).map(({ by, text }) => ({ by, text: clean(text) })),
    }))
  }

  async #seen(): Promise<readonly (readonly [PostgresServer, readonly ConnectionSeen[]])[]> {
    const { primary, standby } = this.#world
    return Promise.all([primary, standby].map(async (server) => [server, await server.connectionsSeen()] as const))
  }

  async #turnTo(cell: SuiteCell): Promise<void> {
    if (this.#profile === '') for (const [server, { length }] of await this.#seen()) this.#earlier.set(server, length)
    await Promise.all(this.#runs.values())
    const profile = serverSetupOf(cell)
    await this.#world.show(profile)
    this.#profile = profileKey(cell)
    this.#twin = this.#tryTwin(profile)
  }

  async #run(cell: SuiteCell): Promise<CellRun> {
    const complaint = await this.#twin
    const run = await ('pieces' in cell
      ? runWork(cell, this.#adapter, this.#world)
      : runCell(cell, this.#adapter, this.#world))
    if (complaint === undefined || run.result.verdict === 'unsupported') return run
    return { ...run, result: { ...run.result, verdict: 'failed', message: complaint } }
  }

  /** One connect that must succeed, because a server that rejects every login would pass every refusal. */
  async #tryTwin({ certificate, asksNoCertificate }: ServerSetup): Promise<string | undefined> {
    const plain = certificate === 'none'
    const twin: Cell = {
      id: 'twin',
      requirement: 'VF-MODE-001',
      title: 'a connect that must succeed',
      target: { role: 'trust_user', certificate, ...(asksNoCertificate ? { asksNoCertificate } : {}) },
      parameters: { sslmode: plain ? 'disable' : 'require' },
      libpq: { outcome: plain ? 'plain' : 'tls', connections: 1 },
    }
    const { result } = await runCell(twin, this.#adapter, this.#world)
    const { verdict, message = '' } = result
    return verdict === 'equal' ? undefined : `the positive twin (certificate ${certificate}) failed: ${message}`
  }
}

function profileKey(cell: SuiteCell): string {
  return JSON.stringify(serverSetupOf(cell))
}

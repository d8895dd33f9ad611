import type { Adapter } from '../adapter.ts'
import type { Cell } from '../cell.ts'
import type { CellResult } from '../result.ts'
import { runCell } from './cell-run.ts'
import { type Profile, profileOf, type World } from './world.ts'

/**
 * Runs cells in order, a few at once. A result is asked for by its cell, and those right behind it are begun meanwhile:
 * whoever runs one test only, runs only that and its neighbours.
 */
export class SuiteRun {
  /** The cells in the order of running: those of one profile stand together. */
  readonly cells: readonly Cell[]
  readonly #adapter: Adapter
  readonly #world: World
  readonly #ahead: number
  readonly #results = new Map<Cell, Promise<CellResult>>()
  #profile = ''
  #twin: Promise<string | undefined> = Promise.resolve(undefined)

  constructor(adapter: Adapter, world: World, cells: readonly Cell[], ahead = 4) {
    this.#adapter = adapter
    this.#world = world
    this.#ahead = ahead
    const keys = cells.map(profileKey)
    this.cells = [...new Set(keys)].flatMap((key) => cells.filter((_, at) => keys[at] === key))
  }

  async result(cell: Cell): Promise<CellResult> {
    const at = this.cells.indexOf(cell)
    if (profileKey(cell) !== this.#profile) await this.#turnTo(cell)
    const next = this.cells.slice(at, at + this.#ahead).filter((other) => profileKey(other) === this.#profile)
    for (const begun of next) {
      if (!this.#results.has(begun)) this.#results.set(begun, this.#run(begun))
    }
    return this.#results.get(cell) ?? this.#run(cell)
  }

  async #turnTo(cell: Cell): Promise<void> {
    await Promise.all(this.#results.values())
    const profile = profileOf(cell)
    await this.#world.show(profile)
    this.#profile = profileKey(cell)
    this.#twin = this.#tryTwin(profile)
  }

  async #run(cell: Cell): Promise<CellResult> {
    const complaint = await this.#twin
    const result = await runCell(cell, this.#adapter, this.#world)
    return complaint === undefined ? result : { ...result, verdict: 'failed', message: complaint }
  }

  /** A server that lets nobody in would pass every refusal: one connect that must succeed comes before them. */
  async #tryTwin(profile: Profile): Promise<string | undefined> {
    const plain = profile.certificate === 'none'
    const { verdict, message = '' } = await runCell(
      {
        id: 'twin',
        requirement: 'VF-MODE-001',
        title: 'a connect that must succeed',
        target: { role: 'trust_user', ...profile, ...(profile.asksNoCertificate ? { asksNoCertificate: true } : {}) },
        parameters: { sslmode: plain ? 'disable' : 'require' },
        libpq: { outcome: plain ? 'plain' : 'tls', connections: 1 },
      } as Cell,
      this.#adapter,
      this.#world,
    )
    return verdict === 'equal' ? undefined : `the positive twin (certificate ${profile.certificate}) failed: ${message}`
  }
}

function profileKey(cell: Cell): string {
  return JSON.stringify(profileOf(cell))
}

import type { Adapter } from './adapter.ts'
import type { SuiteCell } from './cell.ts'
import { CELLS } from './cells/all.ts'
import { WORK_CELLS } from './cells/work/all.ts'
import { demandKnown } from './known.ts'
import { describeOutcome } from './outcome.ts'
import { REQUIREMENTS, type RequirementId } from './requirements.ts'
import type { CellResult } from './result.ts'
import type { CellRun } from './run/cell-run.ts'
import { SuiteRun } from './run/suite-run.ts'
import { missingServers, unsupportedReason } from './run/unsupported-reason.ts'
import type { World } from './run/world.ts'

/** Adapter, servers and selection of a run. */
export interface SuiteRequest {
  /** The client. */
  readonly adapter: Adapter
  /** The servers from {@link startWorld}. */
  readonly world: World
  /** Requirements to run. Default: all. */
  readonly requirements?: readonly RequirementId[]
  /** Skips cells for which it returns false. Default: none. */
  readonly only?: (cell: SuiteCell) => boolean
  /** Maximum number of cells at the same time. Default 4. */
  readonly concurrency?: number
}

/** Registers a test; the `test` of vitest, Jest and node:test qualifies. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown

/**
 * Registers one test per cell with a test runner. A test fails unless the adapter is equal to libpq or stricter as
 * listed; cells that the adapter or the server does not support are omitted.
 *
 * @throws Error for an unknown requirement.
 * @example
 * describe('conformance', () => runSuite({ adapter, world, test }))
 */
export function runSuite({ test, ...request }: SuiteRequest & { readonly test: RegisterTest }): void {
  const run = suiteRun(request)
  const { adapter, world } = request
  tellWhatIsMissing(run.cells, world)
  for (const cell of run.cells) {
    if (unsupportedReason(cell, adapter, world) !== undefined) continue
    test(titleOf(cell), async () => {
      const done = await run.run(cell)
      if (isPassing(done.result)) return
      const [result] = await run.completed([done])
      throw new Error(result && complaintOf(result))
    })
  }
}

/**
 * Runs the cells without a test runner; resolves with every result in the order of the requirements.
 *
 * @throws Error for an unknown requirement.
 * @example
 * const results = await runCells({ adapter, world, requirements: ['VF-MODE-001'] })
 */
export async function runCells(request: SuiteRequest): Promise<readonly CellResult[]> {
  const run = suiteRun(request)
  const runs = new Map<SuiteCell, CellRun>()
  for (const cell of run.cells) runs.set(cell, await run.run(cell))
  return run.completed(ALL.flatMap((cell) => runs.get(cell) ?? []))
}

/** True if a result is at least as secure as libpq's. */
export function isPassing({ verdict }: Pick<CellResult, 'verdict'>): boolean {
  return verdict === 'equal' || verdict === 'stricter'
}

const ALL: readonly SuiteCell[] = [...CELLS, ...WORK_CELLS]

/** Reports cells that a server does not support; those that an adapter does not support are in its report. */
function tellWhatIsMissing(cells: readonly SuiteCell[], world: World): void {
  const lacking = cells.flatMap((cell) => {
    const reason = missingServers(cell, world)
    return reason === undefined ? [] : [{ requirement: cell.requirement, reason }]
  })
  for (const reason of new Set(lacking.map((cell) => cell.reason))) {
    const concerned = lacking.filter((cell) => cell.reason === reason)
    const requirements = [...new Set(concerned.map(({ requirement }) => requirement))]
    process.stderr.write(`NOT TESTED: ${concerned.length} cells of ${requirements.join(', ')}: ${reason}\n`)
  }
}

function titleOf(cell: SuiteCell): string {
  return 'libpq' in cell ? `${cell.id}: ${cell.title} → ${describeOutcome(cell.libpq)}` : `${cell.id}: ${cell.title}`
}

function complaintOf({ verdict, expected, actual, events }: CellResult): string {
  return [`${verdict}: ${actual}, where libpq is ${expected}`, ...events.map(({ by, text }) => `${by}: ${text}`)].join(
    '\n',
  )
}

function suiteRun({ adapter, world, requirements, only = () => true, concurrency }: SuiteRequest): SuiteRun {
  demandKnown('unknown requirement', requirements ?? [], Object.keys(REQUIREMENTS))
  const wanted = ALL.filter((cell) => requirements?.includes(cell.requirement) ?? true)
  return new SuiteRun(adapter, world, wanted.filter(only), concurrency)
}

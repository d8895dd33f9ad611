import type { Adapter } from './adapter.ts'
import type { Cell } from './cell.ts'
import { CELLS } from './cells/all.ts'
import { describeOutcome } from './outcome.ts'
import type { CellResult } from './result.ts'
import { SuiteRun } from './run/suite-run.ts'
import type { World } from './run/world.ts'

/** What the suite runs with. */
export interface SuiteRequest {
  readonly adapter: Adapter
  readonly world: World
  /** Leaves out the cells for which it is false. Default: all. */
  readonly only?: (cell: Cell) => boolean
  /** Connects at the same time, at most. Default 4. */
  readonly concurrency?: number
}

/** How a test runner takes a test: vitest's, Jest's and node:test's `test` all fit. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown

/**
 * Registers one test per cell with your test runner. A test fails unless the adapter is equal to libpq or stricter as
 * listed; cells that need a capability which the adapter does not declare are left out.
 *
 * @example
 * describe('conformance', () => runSuite({ adapter, world, test }))
 */
export function runSuite({ test, ...request }: SuiteRequest & { readonly test: RegisterTest }): void {
  const run = suiteRun(request)
  for (const cell of run.cells) {
    if (cell.needs?.some((capability) => !request.adapter.capabilities[capability])) continue
    test(`${cell.id}: ${cell.title} → ${describeOutcome(cell.libpq)}`, async () => {
      const result = await run.result(cell)
      if (!isPassing(result)) throw new Error(complaintOf(result))
    })
  }
}

/**
 * Runs the cells without a test runner and gives every result, in the order of the requirements.
 *
 * @example
 * const results = await runCells({ adapter, world, only: (cell) => cell.requirement === 'VF-MODE-001' })
 */
export async function runCells(request: SuiteRequest): Promise<readonly CellResult[]> {
  const run = suiteRun(request)
  const results = new Map<Cell, CellResult>()
  for (const cell of run.cells) results.set(cell, await run.result(cell))
  return CELLS.flatMap((cell) => results.get(cell) ?? [])
}

/** Whether a result is as good as libpq's. */
export function isPassing({ verdict }: CellResult): boolean {
  return verdict === 'equal' || verdict === 'stricter'
}

function complaintOf({ verdict, expected, actual, message = '', trace }: CellResult): string {
  return [
    `${verdict}: ${actual}, where libpq is ${expected}`,
    ...(message === '' ? [] : [`message: ${message}`]),
    `the client said: ${trace.join(' | ') || 'nothing'}`,
  ].join('\n')
}

function suiteRun({ adapter, world, only = () => true, concurrency }: SuiteRequest): SuiteRun {
  return new SuiteRun(adapter, world, CELLS.filter(only), concurrency)
}

import type { Adapter } from '../suite/adapter.ts'
import type { CellResult } from '../suite/result.ts'
import type { World } from '../suite/run/world.ts'
import type { Verdict } from '../suite/verdict.ts'

/** One run of the suite as data: what is written as JSON and drawn as a table. */
export interface ConformanceReport {
  readonly adapter: string
  /** `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  /** Where the libpq column comes from: a live libpq by name, or `truth table`. */
  readonly libpq: string
  readonly counts: Readonly<Record<Verdict, number>>
  /** `expected` is libpq's outcome, live where an oracle ran. */
  readonly results: readonly CellResult[]
}

/** What a report is made from. */
export interface ReportRequest {
  readonly adapter: Adapter
  readonly world: World
  readonly results: readonly CellResult[]
  /** The same cells run with libpq itself, for the column beside; without it the data of the truth table stands there. */
  readonly oracle?: { readonly adapter: Adapter; readonly results: readonly CellResult[] }
}

/**
 * Puts the results of a run together with what libpq did.
 *
 * @example
 * const report = conformanceReport({ adapter, world, results: await runCells({ adapter, world }) })
 * writeFileSync('conformance.json', JSON.stringify(report, null, 2))
 */
export function conformanceReport({ adapter, world, results, oracle }: ReportRequest): ConformanceReport {
  const live = new Map(oracle?.results.filter(wasRun).map(({ id, actual }) => [id, actual]))
  return {
    adapter: adapter.name,
    server: world.server,
    libpq: oracle?.adapter.name ?? 'truth table',
    counts: countsOf(results),
    results: results.map((result) => ({ ...result, expected: live.get(result.id) ?? result.expected })),
  }
}

function wasRun({ verdict }: CellResult): boolean {
  return verdict !== 'unsupported' && verdict !== 'failed'
}

function countsOf(results: readonly CellResult[]): Readonly<Record<Verdict, number>> {
  const counts = { equal: 0, stricter: 0, weaker: 0, different: 0, failed: 0, unsupported: 0 }
  for (const { verdict } of results) counts[verdict] += 1
  return counts
}

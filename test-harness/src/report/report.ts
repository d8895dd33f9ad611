import type { ChaosReport } from '../chaos/report.ts'
import type { RehearsalRun } from '../rehearsal/result.ts'
import type { Adapter } from '../suite/adapter.ts'
import { REQUIREMENTS, type Requirement } from '../suite/requirements.ts'
import type { CellResult, TraceEvent } from '../suite/result.ts'
import type { World } from '../suite/run/world.ts'
import type { Verdict } from '../suite/verdict.ts'

/** Version of {@link ConformanceReport}'s shape; an incompatible change increments it. */
export const REPORT_FORMAT = 'verifull-conformance/1'

/** Runs of the suite as data: the JSON report, and the input of tables, JUnit and HTML. */
export interface ConformanceReport {
  /** Version of the shape. */
  readonly format: typeof REPORT_FORMAT
  /** Time of creation, ISO 8601. */
  readonly created: string
  /** The requirements of the results, in the suite's order, for readers without the suite. */
  readonly requirements: readonly Requirement[]
  /** One entry per adapter and server. */
  readonly runs: readonly ConformanceRun[]
  /** Rotations of secrets under load; absent if none were rehearsed. */
  readonly rehearsals?: readonly RehearsalRun[]
  /** Faults under load; absent if none were given. */
  readonly chaos?: ChaosReport
}

/** A report without runs of the suite. */
export function emptyReport(): ConformanceReport {
  return { format: REPORT_FORMAT, created: new Date().toISOString(), requirements: [], runs: [] }
}

/** Results of one adapter on one server. */
export interface ConformanceRun {
  /** Name of the adapter. */
  readonly adapter: string
  /** Description of the server: `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  /** Source of libpq's outcomes: the name of a live libpq, or `truth table`. */
  readonly libpq: string
  /** Number of results by verdict. */
  readonly counts: Readonly<Record<Verdict, number>>
  /** `expected` is libpq's outcome, live if an oracle ran. Of very many events the middle ones are omitted. */
  readonly results: readonly CellResult[]
}

/** Input of a report. */
export interface ReportRequest {
  /** The adapter. */
  readonly adapter: Pick<Adapter, 'name'>
  /** The servers from {@link startWorld}. */
  readonly world: Pick<World, 'server'>
  /** Results of {@link runCells}. */
  readonly results: readonly CellResult[]
  /** Results of the same cells with libpq itself. Default: the outcomes of the truth table. */
  readonly oracle?: { readonly adapter: Pick<Adapter, 'name'>; readonly results: readonly CellResult[] }
}

/**
 * Combines the results of one run with libpq's outcomes.
 *
 * @example
 * const report = conformanceReport({ adapter, world, results: await runCells({ adapter, world }) })
 * writeFileSync('conformance.json', JSON.stringify(report, null, 2))
 */
export function conformanceReport({ adapter, world, results, oracle }: ReportRequest): ConformanceReport {
  const live = new Map(oracle?.results.filter(wasRun).map(({ id, actual }) => [id, actual]))
  const run = {
    adapter: adapter.name,
    server: world.server,
    libpq: oracle?.adapter.name ?? 'truth table',
    results: results.map((result) => ({
      ...result,
      expected: live.get(result.id) ?? result.expected,
      events: shortened(result.events),
    })),
  }
  const occurring = new Set<string>(results.map(({ requirement }) => requirement))
  return {
    format: REPORT_FORMAT,
    created: new Date().toISOString(),
    requirements: Object.values(REQUIREMENTS).filter(({ id }) => occurring.has(id)),
    runs: [{ ...run, counts: countsOf(results) }],
  }
}

/** Number of results by verdict. */
export function countsOf(results: readonly CellResult[]): Readonly<Record<Verdict, number>> {
  const counts = { equal: 0, stricter: 0, weaker: 0, different: 0, failed: 0, unsupported: 0 }
  for (const { verdict } of results) counts[verdict] += 1
  return counts
}

/** Thousands of repeated connections add no information, so the middle of the events is omitted. */
function shortened(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const rest = events.length - FIRST_EVENTS - LAST_EVENTS
  if (rest <= 1) return events
  const between: TraceEvent = { by: 'suite', text: `${rest} more events are left out here` }
  return [...events.slice(0, FIRST_EVENTS), between, ...events.slice(-LAST_EVENTS)]
}

const FIRST_EVENTS = 30
const LAST_EVENTS = 10

function wasRun({ verdict }: CellResult): boolean {
  return verdict !== 'unsupported' && verdict !== 'failed'
}

import type { RehearsalRun } from '../rehearsal/result.ts'
import type { Adapter } from '../suite/adapter.ts'
import { REQUIREMENTS, type Requirement } from '../suite/requirements.ts'
import type { CellResult, TraceEvent } from '../suite/result.ts'
import type { World } from '../suite/run/world.ts'
import type { Verdict } from '../suite/verdict.ts'

/** The shape of a {@link ConformanceReport}; a change that breaks readers gets the next number. */
export const REPORT_FORMAT = 'verifull-conformance/1'

/** Runs of the suite as data: what is written as JSON, and what tables, JUnit and pages are made from. */
export interface ConformanceReport {
  readonly format: typeof REPORT_FORMAT
  /** When it was made, in ISO 8601. */
  readonly created: string
  /** The requirements that occur in the results, in the suite's order, for readers that do not have the suite. */
  readonly requirements: readonly Requirement[]
  /** One for each adapter on each server. */
  readonly runs: readonly ConformanceRun[]
  /** Rotations of secrets under load; absent where none were rehearsed. */
  readonly rehearsals?: readonly RehearsalRun[]
}

/** What one adapter did on one server. */
export interface ConformanceRun {
  readonly adapter: string
  /** `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  /** Where the libpq column comes from: a live libpq by name, or `truth table`. */
  readonly libpq: string
  readonly counts: Readonly<Record<Verdict, number>>
  /** `expected` is libpq's outcome, live where an oracle ran; of very many events, those in the middle are left out. */
  readonly results: readonly CellResult[]
}

/** What a report is made from. */
export interface ReportRequest {
  readonly adapter: Pick<Adapter, 'name'>
  readonly world: Pick<World, 'server'>
  readonly results: readonly CellResult[]
  /** The same cells run with libpq itself, for the column beside; without it the data of the truth table stands there. */
  readonly oracle?: { readonly adapter: Pick<Adapter, 'name'>; readonly results: readonly CellResult[] }
}

/**
 * Puts the results of one run together with what libpq did.
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

/** How many results there are of each verdict. */
export function countsOf(results: readonly CellResult[]): Readonly<Record<Verdict, number>> {
  const counts = { equal: 0, stricter: 0, weaker: 0, different: 0, failed: 0, unsupported: 0 }
  for (const { verdict } of results) counts[verdict] += 1
  return counts
}

/** A client that connects again and again, thousands of times, says nothing new with most of them. */
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

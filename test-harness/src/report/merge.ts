import { REQUIREMENTS } from '../suite/requirements.ts'
import { type ConformanceReport, type ConformanceRun, countsOf, REPORT_FORMAT } from './report.ts'

/**
 * Merges reports: other adapters and servers become further runs. Results of the same adapter on the same server are
 * united; of the same cell the later report's counts.
 *
 * @example
 * const report = mergeReports([onFifteen, onEighteen])
 * writeFileSync('conformance.html', renderHtml(report))
 */
export function mergeReports(reports: readonly ConformanceReport[]): ConformanceReport {
  const runs = new Map<string, ConformanceRun>()
  for (const run of reports.flatMap((report) => report.runs)) {
    const key = JSON.stringify([run.adapter, run.server])
    const earlier = runs.get(key)
    runs.set(key, earlier === undefined ? run : united(earlier, run))
  }
  const requirements = new Map(reports.flatMap((report) => report.requirements).map((entry) => [entry.id, entry]))
  return {
    format: REPORT_FORMAT,
    created:
      reports
        .map(({ created }) => created)
        .sort()
        .at(-1) ?? '',
    requirements: [...requirements.values()].sort((a, b) => place(a.id) - place(b.id)),
    runs: [...runs.values()],
    ...rehearsalsOf(reports),
    ...chaosOf(reports),
  }
}

/** The latest rehearsal of each kind, client and server. */
function rehearsalsOf(reports: readonly ConformanceReport[]): Pick<ConformanceReport, 'rehearsals'> {
  const all = reports.flatMap(({ rehearsals = [] }) => rehearsals)
  const latest = new Map(all.map((run) => [JSON.stringify([run.kind, run.client, run.server]), run]))
  return latest.size === 0 ? {} : { rehearsals: [...latest.values()] }
}

/** The latest report of faults. */
function chaosOf(reports: readonly ConformanceReport[]): Pick<ConformanceReport, 'chaos'> {
  const latest = reports.findLast(({ chaos }) => chaos !== undefined)?.chaos
  return latest ? { chaos: latest } : {}
}

function united(earlier: ConformanceRun, later: ConformanceRun): ConformanceRun {
  const results = [...new Map([...earlier.results, ...later.results].map((result) => [result.id, result])).values()]
  const libpq = [...new Set([earlier.libpq, later.libpq])].join(', ')
  return { ...later, libpq, results, counts: countsOf(results) }
}

const ORDER: readonly string[] = Object.keys(REQUIREMENTS)

/** Position of a requirement; unknown ids of another version of the suite come last. */
function place(id: string): number {
  const at = ORDER.indexOf(id)
  return at === -1 ? ORDER.length : at
}

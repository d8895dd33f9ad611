import type { CellResult } from '../../suite/result.ts'
import type { ConformanceReport, ConformanceRun } from '../report.ts'

/** One adapter on one server: a column of the page. */
export interface Run extends ConformanceRun {
  /** Its name in links: `postgres-js-3-4-9,postgresql-18-4-embedded-npm`. */
  readonly slug: string
  /** `PostgreSQL 18.4, embedded (npm)` without the parts common to all columns. */
  readonly shortServer: string
  readonly byRequirement: ReadonlyMap<string, readonly CellResult[]>
  readonly byCell: ReadonlyMap<string, CellResult>
}

/** The runs of a report; those of one adapter are neighbours. */
export function runsOf({ runs }: ConformanceReport): readonly Run[] {
  const byAdapter = Map.groupBy(runs, ({ adapter }) => adapter)
  const slugs = new Map<string, number>()
  return [...byAdapter.values()].flat().map((run) => {
    const slug = `${slugOf(run.adapter)},${slugOf(run.server)}`
    const before = slugs.get(slug) ?? 0
    slugs.set(slug, before + 1)
    return {
      ...run,
      slug: before === 0 ? slug : `${slug}-${before + 1}`,
      shortServer: run.server.replace(/^PostgreSQL /, ''),
      byRequirement: Map.groupBy(run.results, ({ requirement }) => requirement),
      byCell: new Map(run.results.map((result) => [result.id, result])),
    }
  })
}

/** Neighbouring runs of the same adapter, under one heading. */
export function spansOf(runs: readonly Run[]): readonly { readonly adapter: string; readonly runs: readonly Run[] }[] {
  return [...Map.groupBy(runs, ({ adapter }) => adapter)].map(([adapter, own]) => ({ adapter, runs: own }))
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

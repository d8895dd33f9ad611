import type { Requirement } from '../../suite/requirements.ts'
import type { CellResult } from '../../suite/result.ts'
import { type Filter, keeper } from './filter.ts'
import type { Run } from './run.ts'

/** A requirement with the results of each run. */
export interface Row {
  readonly requirement: Requirement
  /** One entry per run; without results if the run has none or the filter excludes them. */
  readonly cells: readonly { readonly run: Run; readonly results: readonly CellResult[] }[]
}

/** The requirements with at least one matching result. */
export function rowsOf(requirements: readonly Requirement[], runs: readonly Run[], filter: Filter): readonly Row[] {
  return requirements.flatMap((requirement) => {
    const keeps = keeper(filter, requirement.sentence)
    const cells = runs.map((run) => ({ run, results: (run.byRequirement.get(requirement.id) ?? []).filter(keeps) }))
    return cells.some(({ results }) => results.length > 0) ? [{ requirement, cells }] : []
  })
}

/** Topics by the middle part of a requirement's id. */
const TOPICS: Readonly<Record<string, string>> = {
  MODE: 'sslmode',
  WIRE: 'Wire protocol',
  NAME: 'Host names',
  CHAIN: 'Certificate chains',
  CERT: 'Client certificates',
  AUTH: 'Authentication',
  BIND: 'Channel binding',
  NEGO: 'TLS negotiation',
  PROT: 'TLS versions',
  HOST: 'Hosts and sockets',
  SETT: 'Settings',
  TIME: 'Deadlines',
  WORK: 'Work through the client',
}

/** Rows grouped by topic, in order. */
export function byTopic(rows: readonly Row[]): readonly { readonly topic: string; readonly rows: readonly Row[] }[] {
  const groups = Map.groupBy(rows, ({ requirement }) => requirement.id.split('-')[1] ?? '')
  return [...groups].map(([code, own]) => ({ topic: TOPICS[code] ?? code, rows: own }))
}

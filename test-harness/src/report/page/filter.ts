import type { CellResult } from '../../suite/result.ts'
import type { Verdict } from '../../suite/verdict.ts'
import type { Run } from './run.ts'

/** The reader's selection. */
export interface Filter {
  /** Empty: all. */
  readonly verdicts: ReadonlySet<Verdict>
  /** Words that must all occur in a cell or in its requirement. */
  readonly text: string
  /** Empty: all. */
  readonly adapter: string
  /** Empty: all. */
  readonly server: string
}

/** No filter. */
export const UNFILTERED: Filter = { verdicts: new Set(), text: '', adapter: '', server: '' }

/** True if the filter excludes anything. */
export function isFiltering({ verdicts, text, adapter, server }: Filter): boolean {
  return verdicts.size > 0 || text.trim() !== '' || adapter !== '' || server !== ''
}

/** The runs that match a filter. */
export function keptRuns(runs: readonly Run[], { adapter, server }: Filter): readonly Run[] {
  return runs.filter((run) => (adapter === '' || run.adapter === adapter) && (server === '' || run.server === server))
}

/** Returns a predicate for the cells of a requirement. */
export function keeper({ verdicts, text }: Filter, sentence: string): (result: CellResult) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return (result) => {
    if (verdicts.size > 0 && !verdicts.has(result.verdict)) return false
    if (words.length === 0) return true
    const { id, cell, expected, actual, message = '', because = '' } = result
    const searched = [sentence, id, cell, expected, actual, message, because].join(' ').toLowerCase()
    return words.every((word) => searched.includes(word))
  }
}

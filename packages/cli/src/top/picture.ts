import { printable } from '@verifull/core/diagnostics'

/** Weight of a cell: `bad` needs an action, `doubtful` a look. */
export type Tone = 'good' | 'doubtful' | 'bad' | 'faint'

/** One value of a table. */
export interface Cell {
  readonly text: string
  readonly tone?: Tone | undefined
}

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly align?: 'right'
  /** Least width that a long text is cut to; absent for a text that is never cut. */
  readonly least?: number
  /** True for sentences, which are cut at their end and not in the middle. */
  readonly isSentence?: true
  /** Rank by which the column is left out of a narrow table, the highest first; absent for one that always stays. */
  readonly spare?: number
}

/** A table under a title. */
export interface Section {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** The line instead of an empty table. */
  readonly none: string
}

/** All that is shown of a process, for a terminal and for a page. */
export interface Picture {
  readonly name: string
  /** Facts of the process, each a few words. */
  readonly facts: readonly string[]
  readonly sections: readonly Section[]
}

/** Makes a cell. Text of another process has no controls in it. */
export function cell(text: string | number | null | undefined, tone?: Tone): Cell {
  return { text: text === undefined || text === null || text === '' ? '-' : printable(String(text), 500), tone }
}

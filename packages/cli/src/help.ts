import type { HelpConfiguration } from 'commander'
import { wrapped } from './report/wrapped.ts'

/** Columns below which a description stands under its option instead of beside it. */
const NARROW = 60

/** The form of `--help` for a terminal of this width. */
export function helpIn(columns: number): HelpConfiguration {
  if (columns >= NARROW) return {}
  return {
    minWidthToWrap: 20,
    formatItem: (term, _, description) => {
      const lines = description === '' ? [] : wrapped(description, columns - 4)
      return [`  ${term}`, ...lines.map((line) => `    ${line}`)].join('\n')
    },
  }
}

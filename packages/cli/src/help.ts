import type { HelpConfiguration } from 'commander'
import wrapAnsi from 'wrap-ansi'

/** Columns below which a description stands under its option instead of beside it. */
const NARROW = 60

/** The form of `--help` for a terminal of this width. */
export function helpIn(columns: number): HelpConfiguration {
  if (columns >= NARROW) return {}
  return {
    minWidthToWrap: 20,
    formatItem: (term, _, description) => {
      const lines = description === '' ? [] : wrapAnsi(description, columns - 4).split('\n')
      return [`  ${term}`, ...lines.map((line) => `    ${line}`)].join('\n')
    },
  }
}

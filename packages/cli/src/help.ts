import type { HelpConfiguration } from 'commander'

/** Columns below which a description stands under its option instead of beside it. */
const NARROW = 60

/** The form of `--help` for a terminal of this width; the library that wraps is loaded for a narrow one only. */
export async function helpIn(columns: number): Promise<HelpConfiguration> {
  if (columns >= NARROW) return {}
  const { default: wrapAnsi } = await import('wrap-ansi')
  return {
    minWidthToWrap: 20,
    formatItem: (term, _, description) => {
      const lines = description === '' ? [] : wrapAnsi(description, columns - 4).split('\n')
      return [`  ${term}`, ...lines.map((line) => `    ${line}`)].join('\n')
    },
  }
}

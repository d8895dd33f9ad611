import { createRequire } from 'node:module'

/** Text of one column for each character. */
const PLAIN = /^[\x20-\x7e█▒░]*$/

/** Columns of a text on a terminal; the library that knows wide characters is loaded for a text that may have some. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  const library: typeof import('string-width') = createRequire(__filename)('string-width')
  return library.default(text)
}

/** Cuts a text in its middle to this many columns: both ends of the name of a host or a pool say the most. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const characters = charactersOf(text)
  const start = taken(characters, Math.ceil((columns - 1) / 2))
  const end = taken([...characters].reverse(), columns - 1 - widthOf(start.join('')))
  return `${start.join('')}…${end.reverse().join('')}`
}

/** Cuts a text at its end to this many columns. */
export function cutEnd(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `${taken(charactersOf(text), columns - 1).join('')}…`
}

/** Characters as a reader counts them. */
function charactersOf(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
}

/** The first characters that fit. */
function taken(characters: readonly string[], columns: number): string[] {
  const fit: string[] = []
  let width = 0
  for (const character of characters) {
    width += widthOf(character)
    if (width > columns) break
    fit.push(character)
  }
  return fit
}

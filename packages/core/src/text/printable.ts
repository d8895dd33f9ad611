/** Longest name or value in a message, in characters. */
const LONGEST = 255

/**
 * Controls, formatting characters (bidi controls, zero-width, BOM, tags), lone surrogates, unassigned code points, line
 * and paragraph separators, and other characters without a glyph.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/**
 * Makes foreign text safe for a terminal, a log and a single line: controls and invisible characters are escaped
 * (`\x1b`, `\u{202e}`), and text beyond `longest` characters (default 255) is cut and ends in `…`.
 *
 * Text of an unverified peer, a store, a file or a variable passes through it before it is part of a message, an event
 * or a report.
 */
export function printable(text: string, longest = LONGEST): string {
  if (text.length <= longest && /^[\x20-\x7e]*$/.test(text)) return text
  let shown = ''
  for (const character of text) {
    const piece = UNPRINTABLE.test(character) ? escaped(character) : character
    if (shown.length + piece.length > longest) return `${shown}…`
    shown += piece
  }
  return shown
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`
}

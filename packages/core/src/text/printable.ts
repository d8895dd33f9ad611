/** Most characters of a name or a value in a message. */
const LONGEST = 255

/**
 * Controls, formatting characters (bidi controls, zero-width, BOM, tags), lone surrogates, unassigned code points, line and
 * paragraph separators, and whatever else is drawn as nothing.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/**
 * Makes text that somebody else chose fit for a terminal, a log and one line: what would steer them or cannot be seen is
 * escaped (`\x1b`, `\u{202e}`), and what is longer than `longest` is cut and ends in `…`.
 *
 * Everything that an unverified peer, a store, a file or a variable says goes through it before it is part of a message, an
 * event or a report.
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

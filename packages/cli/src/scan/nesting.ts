/** Deepest nesting that is parsed: parsers call themselves for each level, and real files have a few dozen. */
const DEEPEST = 500

/** 1 for letters, digits and `_` of ASCII. */
const WORD_CODES = Uint8Array.from({ length: 128 }, (_, code) => Number(/\w/.test(String.fromCharCode(code))))

/**
 * True for a text that nests so deeply that a parser would run out of stack: in brackets, or without any in chains of
 * signs (`!!!…`), words (`typeof typeof …`), conditions, assignments and functions that return functions. Those in
 * strings and comments count as well.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0
  let chain = 0
  let words = 0
  let before = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue
    const isWord = isWordCode(code)
    if (isWord) {
      // A word right behind a word, with only space between.
      if (isWordCode(before) && !isWordCode(text.charCodeAt(at - 1))) words++
    } else {
      words = 0
      if (code === 0x28 || code === 0x5b || code === 0x7b) {
        depth++
        chain = 0
      } else if (code === 0x29 || code === 0x5d || code === 0x7d) {
        depth = Math.max(0, depth - 1)
        chain = 0
      } else if (code === 0x3b || code === 0x2c) chain = 0
      // = ? and a sign that follows another one
      else if (code === 0x3d || code === 0x3f || (isSign(code) && isSign(before))) chain++
    }
    if (depth > DEEPEST || chain > DEEPEST || words > DEEPEST) return true
    before = code
  }
  return false
}

function isWordCode(code: number): boolean {
  return WORD_CODES[code] === 1
}

/** True for `!`, `~`, `+` and `-`. */
function isSign(code: number): boolean {
  return code === 0x21 || code === 0x7e || code === 0x2b || code === 0x2d
}

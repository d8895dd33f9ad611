/** Most bytes of a text that is put together here: V8 copies the characters of a longer one later, when it is first read. */
const SHORT = 12
const { fromCharCode } = String

/**
 * Returns a text of UTF-8.
 *
 * Names of columns and most values are short and ASCII. For these, Node's own decoder takes twice to five times as long, nearly
 * all of it to be called.
 *
 * @param from Index of its first byte in `bytes`.
 * @param to Index after its last byte.
 */
export function textAt(bytes: Buffer, from: number, to: number): string {
  // Without an encoding it is UTF-8, and Node looks up none.
  if (to - from > SHORT) return bytes.toString(undefined, from, to)
  let text = ''
  let allBits = 0
  let at = from
  for (; at + 4 <= to; at += 4) {
    const one = byteAt(bytes, at)
    const two = byteAt(bytes, at + 1)
    const three = byteAt(bytes, at + 2)
    const four = byteAt(bytes, at + 3)
    allBits |= one | two | three | four
    text += fromCharCode(one, two, three, four)
  }
  for (; at < to; at++) {
    const one = byteAt(bytes, at)
    allBits |= one
    text += fromCharCode(one)
  }
  return allBits < 0x80 ? text : bytes.toString(undefined, from, to)
}

function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] as number
}

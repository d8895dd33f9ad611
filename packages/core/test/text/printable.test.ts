import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable } from '../../src/text/printable.ts'

const code = (character: string) => (character.codePointAt(0) ?? 0).toString(16)

/** One character of every kind that controls a terminal, breaks a line, reverses text or is invisible. */
const ESCAPED: Readonly<Record<string, readonly string[]>> = {
  'C0 controls': ['\0', '\x07', '\b', '\t', '\n', '\r', '\x1b', '\x7f'],
  'C1 controls': ['\x80', '\x85', '\x9b', '\x9d', '\x9f'],
  'line and paragraph separators': ['\u2028', '\u2029'],
  'bidi controls': [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'],
  'zero-width characters and BOM': ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u180e'],
  'lone surrogates': ['\ud800', '\udfff'],
  'tags and variation selectors': ['\u{e0001}', '\u{e0041}', '\u{e007f}', '\ufe0f', '\u{e0100}'],
  'fillers that are drawn as nothing': ['\u115f', '\u3164', '\uffa0', '\u034f'],
  'private and unassigned code points': ['\ue000', '\u{10ffff}', '\u0378'],
}

describe.each(Object.entries(ESCAPED))('printable: %s', (_kind, characters) => {
  test.each(characters.map((character) => [code(character), character]))('U+%s → escaped', (hex, character) => {
    const expected = hex.length > 2 ? `\\u{${hex}}` : `\\x${hex.padStart(2, '0')}`
    expect(printable(`a${character}b`)).toBe(`a${expected}b`)
  })
})

test.each([
  'CN=db.example, O=Example',
  'O=Łódź Sp. z o.o.',
  'utilisateur « x » inconnu',
  '日本語',
  'naïve ☃ 😀',
  'back\\slash "quoted"',
  '',
])('printable: %j → as it is', (text) => {
  expect(printable(text)).toBe(text)
})

test.each([
  ['a'.repeat(255), 'a'.repeat(255)],
  ['a'.repeat(256), `${'a'.repeat(255)}…`],
  [`${'a'.repeat(253)}\x1b`, `${'a'.repeat(253)}…`],
  [`${'a'.repeat(254)}😀`, `${'a'.repeat(254)}…`],
])('printable: long text → cut between characters, never inside an escape', (text, expected) => {
  expect(printable(text)).toBe(expected)
})

test('printable: any text → one line without controls, not longer than the limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 300 }), (text, longest) => {
      const shown = printable(text, longest)
      expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      expect(shown.length).toBeLessThanOrEqual(longest + 1)
    }),
  )
})

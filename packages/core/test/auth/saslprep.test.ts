import { describe, expect, test } from 'vitest'
import { saslprep } from '../../src/auth/saslprep.ts'

describe('saslprep: passwords as PostgreSQL prepares them', () => {
  test.each([
    ['a soft hyphen is mapped to nothing', 'I\u00ADX', 'IX'],
    ['ASCII stays', 'user', 'user'],
    ['case stays', 'USER', 'USER'],
    ['compatibility characters are normalized', '\u00AA', 'a'],
    ['so are Roman numerals', '\u2168', 'IX'],
    ['what is prohibited makes PostgreSQL take the password as it is', '\u0007', '\u0007'],
    ['so does mixed direction', '\u0627\u0031', '\u0627\u0031'],
  ])('RFC 4013 §3: %s', (_what, password, prepared) => {
    expect(saslprep(password)).toBe(prepared)
  })

  test.each([
    ['a no-break space becomes a space', 'a\u00A0b', 'a b'],
    ['a zero width space is a space for PostgreSQL', 'a\u200Bb', 'a b'],
    ['an ideographic space becomes a space', 'a\u3000b', 'a b'],
    ['decomposed letters are composed', 'e\u0301', '\u00E9'],
    ['a variation selector vanishes', 'a\uFE0Fb', 'ab'],
    ['spaces at the ends stay', ' a ', ' a '],
    ['nothing is left: the password is used as it is', '\u00AD', '\u00AD'],
    ['a control character: as it is, though the rest could be normalized', '\u00AA\u0085', '\u00AA\u0085'],
    ['a private use character: as it is', '\u00AA\uE000', '\u00AA\uE000'],
    ['a noncharacter of the basic plane: as it is', '\u2168\uFDD0', '\u2168\uFDD0'],
    ['the last one of plane 2: as it is', '\u2168\u{2FFFE}', '\u2168\u{2FFFE}'],
    ['the last one of plane 14: as it is', '\u2168\u{EFFFF}', '\u2168\u{EFFFF}'],
    ['a character beyond the basic plane', '𝒜', 'A'],
    ['half a surrogate pair does not throw', '\u00AA\uD800', '\u00AA\uD800'],
  ])('%s', (_what, password, prepared) => {
    expect(saslprep(password)).toBe(prepared)
  })
})

describe('saslprep: a code point that Unicode 3.2 does not know → the password as it is', () => {
  test.each(['\u00AD😀', '\u2168😀', 'ª🦄b', 'x\u00ADẞ', '\u2168\u0221', '\u00AA\u{1F9FF}'])('%j', (password) => {
    expect(saslprep(password)).toBe(password)
  })

  test.each([
    ['a symbol of Unicode 3.2 beside a Roman numeral', '\u2168\u2600', 'IX\u2600'],
    ['Deseret, which is in Unicode 3.1', '\u2168\u{10400}', 'IX\u{10400}'],
    ['right to left alone', '\u0627\u00AD\u0628', '\u0627\u0628'],
    ['right to left with a letter of the other direction: as it is', '\u0627\u00ADa\u0628', '\u0627\u00ADa\u0628'],
    ['right to left that does not end so: as it is', '\u0627\u00AD1', '\u0627\u00AD1'],
  ])('%s', (_what, password, prepared) => {
    expect(saslprep(password)).toBe(prepared)
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textAt } from '../../src/wire/text-at.ts'

test('any bytes at any place, of any length, UTF-8 or not → the text that Node reads there', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 40, max: 0x7f }),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => new TextEncoder().encode(text)),
  )
  fc.assert(
    fc.property(bytes, fc.nat(40), fc.nat(40), (array, one, other) => {
      const all = Buffer.from(array)
      const [from, to] = [Math.min(one, other, all.length), Math.min(Math.max(one, other), all.length)]
      expect(textAt(all, from, to)).toBe(all.subarray(from, to).toString())
    }),
    { numRuns: 2000 },
  )
})

test.each(['', '1', 'id', 'item', 'item 1', 'SELECT 1', 'twelve bytes', 'thirteen byte', 'größe', '€', '\ufeffmark'])(
  'a text between others: %j',
  (text) => {
    const bytes = Buffer.from(`before${text}after`)
    expect(textAt(bytes, 6, bytes.length - 5)).toBe(text)
  },
)

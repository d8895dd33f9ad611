import fc from 'fast-check'
import { expect, test } from 'vitest'
import wrapAnsi from 'wrap-ansi'
import { wrapped } from '../../src/report/wrapped.ts'

test('wrapped: any printable text, with colours or wide characters or without → as wrap-ansi has it', () => {
  const character = fc.oneof(fc.constantFrom(' ', 'a', 'word'), fc.string({ unit: 'grapheme', maxLength: 1 }))
  const text = fc.array(character, { maxLength: 60 }).map((all) => all.join('').replaceAll(/[\n\r\t]/g, ''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (given, columns) => {
      expect(wrapped(given, columns)).toEqual(wrapAnsi(given, columns, { wordWrap: true }).split('\n'))
    }),
  )
})

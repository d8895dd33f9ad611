import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Traces } from '../../src/scan/files/traces.ts'
import { ANY, TRACES } from '../../src/scan/words.ts'

const traces = new Traces(TRACES)

test('traces: any text with a word of scan → has a trace', () => {
  // A generator knows no \b; without it there are more texts, not less.
  const word = fc.stringMatching(new RegExp(ANY.source.replaceAll('\\b', '')))
  fc.assert(
    fc.property(fc.string(), word, fc.string(), (before, middle, after) => {
      const bytes = Buffer.from(before + middle + after)
      fc.pre(ANY.test(bytes.toString('latin1')))
      expect(traces.areIn(bytes, bytes.length)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('traces: any bytes and any traces → found if and only if one is within the length', () => {
  const trace = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 6 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 })
  fc.assert(
    fc.property(fc.array(trace, { minLength: 1, maxLength: 3 }), text, fc.nat(40), (given, whole, length) => {
      const part = whole.slice(0, length)
      expect(new Traces(given).areIn(Buffer.from(whole), part.length)).toBe(given.some((one) => part.includes(one)))
    }),
    { numRuns: 1000 },
  )
})

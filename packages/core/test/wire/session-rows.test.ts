import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MessageReader, SessionMessages } from '../../src/wire/session-messages.ts'
import { dataRow, notice, readyForQuery, sessionStart } from './backend-messages.ts'
import { ILLEGAL, LEGAL, MALFORMED, MALFORMED_MESSAGES, rowDescription } from './messages-of-a-session.ts'

/** A session whose reader takes rows apart from the other messages; `read` is all of it as bytes again, in order. */
function rowReader() {
  const messages = new SessionMessages(false)
  messages.take(sessionStart(), { messages() {} })
  const read: Buffer[] = []
  let rows = 0
  const reader: MessageReader = {
    messages: (whole) => void read.push(whole),
    row(values, length) {
      const bytes = dataRow(...values)
      expect(length).toBe(bytes.length - 1)
      read.push(bytes)
      rows++
    },
  }
  return { take: (bytes: Buffer) => messages.take(bytes, reader), read: () => Buffer.concat(read), rows: () => rows }
}

const manyRows = Buffer.concat(Array.from({ length: 100 }, (_, number) => dataRow(`${number}`, null, '', 'ä€😀')))

describe('SessionMessages: rows read one by one', () => {
  test('rows of a large piece → each with its values, and the messages around them in their order', () => {
    const { take, read, rows } = rowReader()
    const bytes = Buffer.concat([rowDescription(0), manyRows, notice(), manyRows, readyForQuery])
    expect(take(bytes)).toBeUndefined()
    expect(rows()).toBe(200)
    expect(read().equals(bytes)).toBe(true)
  })

  test('any messages in any pieces → all of them, in their order', () => {
    const value = fc.option(fc.string({ unit: 'grapheme', maxLength: 300 }), { nil: null })
    const row = fc.array(value, { maxLength: 8 }).map((values) => dataRow(...values))
    const other = fc.constantFrom(...Object.values(LEGAL).filter(({ length }) => length < 1000))
    const some = fc.array(fc.oneof({ weight: 4, arbitrary: row }, other), { minLength: 1, maxLength: 60 })
    const cuts = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 })
    fc.assert(
      fc.property(some, cuts, (sent, sizes) => {
        const { take, read } = rowReader()
        const all = Buffer.concat(sent)
        for (let at = 0, turn = 0; at < all.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          expect(take(all.subarray(at, at + size))).toBeUndefined()
          at += size
        }
        expect(read().equals(all)).toBe(true)
      }),
    )
  })

  test.each(Object.entries(MALFORMED_MESSAGES))(
    '%s behind rows → they are read, and nothing after them',
    (_what, bytes) => {
      const { take, read } = rowReader()
      expect(take(Buffer.concat([manyRows, bytes]))?.message).toMatch(MALFORMED)
      expect(read().equals(manyRows)).toBe(true)
      expect(take(manyRows)?.message).toMatch(MALFORMED)
      expect(read().equals(manyRows)).toBe(true)
    },
  )

  test.each(Object.entries(ILLEGAL))('%s between rows → the ones before it are read', (_what, [bytes, refusal]) => {
    const { take, read } = rowReader()
    expect(take(Buffer.concat([manyRows, bytes, manyRows]))?.message).toMatch(refusal)
    expect(read().equals(manyRows)).toBe(true)
  })
})

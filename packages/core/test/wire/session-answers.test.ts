import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerMessage, readAnswer } from '../../src/wire/answer-message.ts'
import { type MessageReader, SessionMessages } from '../../src/wire/session-messages.ts'
import { dataRow, message, notice, readyForQuery, sessionStart } from './backend-messages.ts'
import { ILLEGAL, LEGAL, MALFORMED, MALFORMED_MESSAGES, rowDescription } from './messages-of-a-session.ts'

/** The columns that are read of a RowDescription. */
function fieldsOf(bytes: Buffer) {
  const read = readAnswer(bytes, 0, bytes.length)
  return read?.name === 'rowDescription' ? read.fields : []
}

/** The bytes of a column. */
function columnOf(field: ReturnType<typeof fieldsOf>[number]): Buffer {
  const numbers = Buffer.alloc(18)
  numbers.writeUInt32BE(field.tableID, 0)
  numbers.writeInt16BE(field.columnID, 4)
  numbers.writeUInt32BE(field.dataTypeID, 6)
  numbers.writeInt16BE(field.dataTypeSize, 10)
  numbers.writeInt32BE(field.dataTypeModifier, 12)
  numbers.writeInt16BE(field.format === 'text' ? 0 : 1, 16)
  return Buffer.concat([Buffer.from(`${field.name}\0`), numbers])
}

/** The bytes of a message that was read. */
function bytesOf(read: AnswerMessage): Buffer {
  switch (read.name) {
    case 'dataRow':
      expect(read.fieldCount).toBe(read.fields.length)
      return dataRow(...read.fields)
    case 'rowDescription':
      expect(read.fieldCount).toBe(read.fields.length)
      return rowDescription(read.fieldCount, ...read.fields.map(columnOf))
    case 'commandComplete':
      return message('C', Buffer.from(`${read.text}\0`))
    case 'readyForQuery':
      return message('Z', Buffer.from(read.status))
    default:
      return message(BARE[read.name])
  }
}

const BARE = {
  parseComplete: '1',
  bindComplete: '2',
  closeComplete: '3',
  noData: 'n',
  emptyQuery: 'I',
  portalSuspended: 's',
} as const

/** A session whose answers are read apart from the other messages; `read` is all of it as bytes again, in order. */
function answerReader() {
  const messages = new SessionMessages(false)
  messages.take(sessionStart(), { messages() {} })
  const read: Buffer[] = []
  const names: string[] = []
  const reader: MessageReader = {
    messages(whole) {
      read.push(whole)
      names.push('others')
    },
    answer(one) {
      const bytes = bytesOf(one)
      expect(one.length).toBe(bytes.length - 1)
      read.push(bytes)
      names.push(one.name)
    },
  }
  return { take: (bytes: Buffer) => messages.take(bytes, reader), read: () => Buffer.concat(read), names }
}

const manyRows = Buffer.concat(Array.from({ length: 100 }, (_, number) => dataRow(`${number}`, null, '', 'ä€😀')))

/** The messages of {@link LEGAL} that are part of an answer, by the name under which each is read. */
const ANSWERS: Readonly<Record<string, AnswerMessage['name']>> = {
  ParseComplete: 'parseComplete',
  BindComplete: 'bindComplete',
  CloseComplete: 'closeComplete',
  EmptyQueryResponse: 'emptyQuery',
  NoData: 'noData',
  PortalSuspended: 'portalSuspended',
  'ReadyForQuery, idle': 'readyForQuery',
  'ReadyForQuery, in a transaction': 'readyForQuery',
  'ReadyForQuery, in a failed transaction': 'readyForQuery',
  CommandComplete: 'commandComplete',
  'CommandComplete, empty': 'commandComplete',
  RowDescription: 'rowDescription',
  'RowDescription of no columns': 'rowDescription',
  DataRow: 'dataRow',
  'DataRow of no columns': 'dataRow',
}

describe('SessionMessages: answers read one by one', () => {
  test.each(Object.entries(LEGAL))('%s → read with what it contains, or left among the others', (what, bytes) => {
    const { take, read, names } = answerReader()
    expect(take(bytes)).toBeUndefined()
    expect(names).toEqual([ANSWERS[what] ?? 'others'])
    expect(read().equals(bytes)).toBe(true)
  })

  test('every number of a column, its greatest and its least → read as the server means it', () => {
    const column = Buffer.concat([Buffer.from('größe\0'), Buffer.from('fffffffe8000fffffffd8001800000020001', 'hex')])
    const { take, read } = answerReader()
    const [field] = fieldsOf(rowDescription(1, column))
    expect({ ...field }).toEqual({
      name: 'größe',
      tableID: 0xffff_fffe,
      columnID: -0x8000,
      dataTypeID: 0xffff_fffd,
      dataTypeSize: -0x7fff,
      dataTypeModifier: -0x7fff_fffe,
      format: 'binary',
    })
    expect(take(rowDescription(1, column))).toBeUndefined()
    expect(read().equals(rowDescription(1, column))).toBe(true)
  })

  test('rows of a large piece → each with its values, and the messages around them in their order', () => {
    const { take, read, names } = answerReader()
    const bytes = Buffer.concat([rowDescription(0), manyRows, notice(), manyRows, readyForQuery])
    expect(take(bytes)).toBeUndefined()
    const rows = Array<string>(100).fill('dataRow')
    expect(names).toEqual(['rowDescription', ...rows, 'others', ...rows, 'readyForQuery'])
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
        const { take, read } = answerReader()
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
      const { take, read } = answerReader()
      expect(take(Buffer.concat([manyRows, bytes]))?.message).toMatch(MALFORMED)
      expect(read().equals(manyRows)).toBe(true)
      expect(take(manyRows)?.message).toMatch(MALFORMED)
      expect(read().equals(manyRows)).toBe(true)
    },
  )

  test.each(Object.entries(ILLEGAL))('%s between rows → the ones before it are read', (_what, [bytes, refusal]) => {
    const { take, read } = answerReader()
    expect(take(Buffer.concat([manyRows, bytes, manyRows]))?.message).toMatch(refusal)
    expect(read().equals(manyRows)).toBe(true)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SessionMessages } from '../../src/wire/session-messages.ts'
import {
  authentication,
  authenticationOk,
  backendKey,
  dataRow,
  errorResponse,
  message,
  notice,
  parameterStatus,
  readyForQuery,
  sasl,
  sessionStart,
} from './backend-messages.ts'

function reader() {
  const messages = new SessionMessages(false)
  const delivered: Buffer[] = []
  const take = (bytes: Buffer) => messages.take(bytes, (whole) => delivered.push(whole))
  return { take, delivered: () => Buffer.concat(delivered) }
}

/** A reader with an established session. */
function openReader(replication = false) {
  const messages = new SessionMessages(replication)
  messages.take(sessionStart(), () => {})
  const delivered: Buffer[] = []
  const take = (bytes: Buffer) => messages.take(bytes, (whole) => delivered.push(whole))
  return { take, delivered: () => Buffer.concat(delivered) }
}

/** A message with another length field. */
function withLength(bytes: Buffer, length: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(length, 1)
  return copy
}

const column = Buffer.concat([Buffer.from('id\0'), Buffer.alloc(18)])
const rowDescription = (count: number, ...columns: Buffer[]) =>
  message('T', Buffer.concat([Buffer.from([count >> 8, count & 255]), ...columns]))

/** One message of each kind that a session allows. */
const LEGAL: Readonly<Record<string, Buffer>> = {
  ParseComplete: message('1'),
  BindComplete: message('2'),
  CloseComplete: message('3'),
  EmptyQueryResponse: message('I'),
  CopyDone: message('c'),
  NoData: message('n'),
  PortalSuspended: message('s'),
  'ReadyForQuery, idle': readyForQuery,
  'ReadyForQuery, in a transaction': message('Z', Buffer.from('T')),
  'ReadyForQuery, in a failed transaction': message('Z', Buffer.from('E')),
  CommandComplete: message('C', Buffer.from('SELECT 1\0')),
  'CommandComplete, empty': message('C', Buffer.from('\0')),
  RowDescription: rowDescription(2, column, column),
  'RowDescription of no columns': rowDescription(0),
  DataRow: dataRow('1', null, '', 'ä'),
  'DataRow of no columns': dataRow(),
  CopyData: message('d', Buffer.from([0, 1, 2])),
  'CopyData, empty': message('d'),
  CopyInResponse: message('G', Buffer.from([0, 0, 1, 0, 0])),
  CopyOutResponse: message('H', Buffer.from([1, 0, 0])),
  ErrorResponse: errorResponse({ S: 'ERROR', C: '22012', M: 'division by zero' }),
  'ErrorResponse of no fields': errorResponse({}),
  'ErrorResponse of a megabyte': errorResponse({ M: 'x'.repeat(1_000_000) }),
  NoticeResponse: notice(),
  NotificationResponse: message('A', Buffer.from('\0\0\0\x07news\0it works\0')),
  ParameterStatus: parameterStatus('TimeZone', 'UTC'),
  ParameterDescription: message('t', Buffer.from([0, 1, 0, 0, 0, 23])),
}

const PLACE = 'the server asked for authentication in the middle of a session'
const MALFORMED =
  /^the server sent a message of type ".+" that is malformed or not PostgreSQL's; the connection was closed$/

/** Messages that a session does not allow, and the beginning of the refusal. */
const ILLEGAL: Readonly<Record<string, readonly [Buffer, string | RegExp]>> = {
  AuthenticationOk: [authenticationOk, PLACE],
  AuthenticationCleartextPassword: [authentication(3), PLACE],
  AuthenticationMD5Password: [authentication(5, Buffer.from('salt')), PLACE],
  AuthenticationSASL: [sasl('SCRAM-SHA-256'), PLACE],
  BackendKeyData: [
    backendKey(7, Buffer.alloc(4)),
    'the server sent BackendKeyData, which comes only before a session is ready; the connection was closed',
  ],
  CopyBothResponse: [
    message('W', Buffer.from([0, 0, 0])),
    'the server sent CopyBothResponse, which only replication has; the connection was closed',
  ],
  NegotiateProtocolVersion: [message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0])), MALFORMED],
  FunctionCallResponse: [message('V', Buffer.alloc(4, 0xff)), MALFORMED],
  'an unknown type': [message('?'), MALFORMED],
  'a type that is no character': [message('\x1b'), /of type "\\x1b" that/],
  HTTP: [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), MALFORMED],
}

/** Contents that contradict their type. */
const MALFORMED_MESSAGES: Readonly<Record<string, Buffer>> = {
  'ErrorResponse without its end': message('E', Buffer.from('SERROR\0Mno end\0')),
  'ErrorResponse with a text without its end': message('E', Buffer.from('SERROR\0Mno end')),
  'ErrorResponse without contents': message('E'),
  'ErrorResponse with more behind its end': message('E', Buffer.from('Mtext\0\0more')),
  'NoticeResponse without its end': message('N', Buffer.from('SNOTICE\0')),
  'NoticeResponse without contents': message('N'),
  'NotificationResponse without a payload': message('A', Buffer.from('\0\0\0\x07news\0')),
  'NotificationResponse without contents': message('A'),
  'ParameterStatus without a value': message('S', Buffer.from('name\0')),
  'ParameterStatus without its end': message('S', Buffer.from('name\0value')),
  'ParameterStatus with three texts': message('S', Buffer.from('name\0value\0more\0')),
  'CommandComplete without its end': message('C', Buffer.from('SELECT 1')),
  'CommandComplete without contents': message('C'),
  'ReadyForQuery without contents': message('Z'),
  'ReadyForQuery of another status': message('Z', Buffer.from('X')),
  'ReadyForQuery with two': message('Z', Buffer.from('II')),
  'DataRow without contents': message('D'),
  'DataRow with half a number of columns': message('D', Buffer.from([0])),
  'DataRow of -1 columns': message('D', Buffer.from([255, 255])),
  'DataRow with fewer columns than it says': message('D', Buffer.from([0, 2, 255, 255, 255, 255])),
  'DataRow with more than it says': message('D', Buffer.from([0, 0, 255, 255, 255, 255])),
  'DataRow with a value longer than it': message('D', Buffer.from([0, 1, 0, 0, 0, 9, 120])),
  'DataRow with a value of 2 GiB': message('D', Buffer.from([0, 1, 127, 255, 255, 255, 120])),
  'DataRow with a value of length -2': message('D', Buffer.from([0, 1, 255, 255, 255, 254])),
  'RowDescription without contents': message('T'),
  'RowDescription of -1 columns': rowDescription(0xffff),
  'RowDescription with fewer columns than it says': rowDescription(2, column),
  'RowDescription with half a column': rowDescription(1, column.subarray(0, -1)),
  'RowDescription with a name without its end': rowDescription(1, Buffer.from('id')),
  'ParameterDescription without contents': message('t'),
  'ParameterDescription with fewer than it says': message('t', Buffer.from([0, 2, 0, 0, 0, 23])),
  'CopyInResponse without contents': message('G'),
  'CopyOutResponse with fewer columns than it says': message('H', Buffer.from([0, 0, 2, 0, 0])),
  'BindComplete with contents': message('2', Buffer.from('x')),
  'CopyDone with contents': message('c', Buffer.from('x')),
  'a length of 0': withLength(errorResponse({ M: 'x' }), 0),
  'a length of 3': withLength(dataRow('1'), 3),
  'a negative length': withLength(dataRow('1'), 0xffff_ffff),
  'a length of 2 GiB': withLength(notice(), 0x7fff_ffff),
  'a length of 1 GiB': withLength(dataRow('1'), 0x4000_0000),
  'a ReadyForQuery that is said to be long': withLength(readyForQuery, 1000),
}

describe('SessionMessages: what a session may have', () => {
  test.each(Object.entries(LEGAL))('%s → passed on as it came', (_what, bytes) => {
    const { take, delivered } = openReader()
    expect(take(bytes)).toBeUndefined()
    expect(delivered().equals(bytes)).toBe(true)
  })

  test('the start of a session → passed on as it came', () => {
    const { take, delivered } = reader()
    const start = Buffer.concat([sessionStart(), notice()])
    expect(take(start)).toBeUndefined()
    expect(delivered()).toEqual(start)
  })

  test('CopyBothResponse where replication is asked for → passed on', () => {
    const { take, delivered } = openReader(true)
    const bytes = message('W', Buffer.from([0, 0, 0]))
    expect(take(bytes)).toBeUndefined()
    expect(delivered().equals(bytes)).toBe(true)
  })

  test('any messages in any pieces → every byte is passed on, whole messages at a time', () => {
    const some = fc.array(fc.constantFrom(...Object.values(LEGAL).filter(({ length }) => length < 1000)), {
      minLength: 1,
    })
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
    fc.assert(
      fc.property(some, cuts, (sent, sizes) => {
        const messages = new SessionMessages(false)
        const all = Buffer.concat([sessionStart(), ...sent])
        const delivered: Buffer[] = []
        const ends = new Set<number>()
        for (let at = 0; at < all.length; at += 1 + all.readInt32BE(at + 1)) ends.add(at)
        ends.add(all.length)
        for (let at = 0, turn = 0; at < all.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          expect(messages.take(all.subarray(at, at + size), (whole) => delivered.push(whole))).toBeUndefined()
          at += size
          expect(ends.has(delivered.reduce((sum, { length }) => sum + length, 0))).toBe(true)
        }
        expect(Buffer.concat(delivered).equals(all)).toBe(true)
      }),
    )
  })
})

describe('SessionMessages: what a session may not have', () => {
  test.each(Object.entries(ILLEGAL))('%s → the session ends', (_what, [bytes, refusal]) => {
    const { take, delivered } = openReader()
    const failure = take(Buffer.concat([notice(), bytes, notice()]))
    expect(failure).toMatchObject({ name: 'ConnectError', code: 'PROTOCOL' })
    expect(failure?.message).toMatch(refusal)
    expect(delivered()).toEqual(notice())
  })

  test.each(Object.entries(MALFORMED_MESSAGES))('%s → the session ends', (_what, bytes) => {
    const { take, delivered } = openReader()
    expect(take(Buffer.concat([notice(), bytes]))?.message).toMatch(MALFORMED)
    expect(delivered()).toEqual(notice())
    expect(take(readyForQuery)?.message).toMatch(MALFORMED)
    expect(delivered()).toEqual(notice())
  })

  test.each(Object.entries(MALFORMED_MESSAGES))('%s, byte by byte → the session ends', (_what, bytes) => {
    const { take, delivered } = openReader()
    const failures = [...bytes].map((byte) => take(Buffer.of(byte)))
    expect(failures.at(-1)?.message).toMatch(MALFORMED)
    expect(delivered()).toHaveLength(0)
  })

  test.each([3, 5, 7, 9, 10, 11, 12, 99])('authentication request %i of any length → the session ends', (number) => {
    for (const size of [0, 4, 100]) {
      const { take, delivered } = openReader()
      expect(take(authentication(number, Buffer.alloc(size)))?.message).toMatch(PLACE)
      expect(delivered()).toHaveLength(0)
    }
    expect(reader().take(authentication(number))?.code).toBe('PROTOCOL')
    expect(openReader().take(sasl('SCRAM-SHA-256'))?.code).toBe('PROTOCOL')
  })

  test('any bytes → no exception, and no type that is not known', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { take, delivered } = openReader()
        take(Buffer.from(bytes))
        const [type] = delivered()
        expect(type === undefined || '123ACDEGHINSTZcdnst'.includes(String.fromCharCode(type))).toBe(true)
      }),
    )
  })
})

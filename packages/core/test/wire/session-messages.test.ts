import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SessionMessages } from '../../src/wire/session-messages.ts'
import { authentication, message, notice, readyForQuery, sasl, sessionStart } from './backend-messages.ts'
import { ILLEGAL, LEGAL, MALFORMED, MALFORMED_MESSAGES, PLACE } from './messages-of-a-session.ts'

function reader() {
  const messages = new SessionMessages(false)
  const delivered: Buffer[] = []
  const take = (bytes: Buffer) => messages.take(bytes, { messages: (whole) => void delivered.push(whole) })
  return { take, delivered: () => Buffer.concat(delivered) }
}

/** A reader with an established session. */
function openReader(replication = false) {
  const messages = new SessionMessages(replication)
  messages.take(sessionStart(), { messages() {} })
  const delivered: Buffer[] = []
  const take = (bytes: Buffer) => messages.take(bytes, { messages: (whole) => void delivered.push(whole) })
  return { take, delivered: () => Buffer.concat(delivered) }
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
          expect(
            messages.take(all.subarray(at, at + size), { messages: (whole) => void delivered.push(whole) }),
          ).toBeUndefined()
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

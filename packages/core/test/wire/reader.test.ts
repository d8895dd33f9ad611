import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { MessageStream } from '../../src/wire/message-stream.ts'
import { type BackendMessage, MAX_MESSAGE, takeMessage } from '../../src/wire/reader.ts'
import { message } from './backend-messages.ts'

const NO_MESSAGE = new ConnectError('PROTOCOL', 'the server sent bytes that are no PostgreSQL message')

describe('reader: one message', () => {
  test('whole → read, with the rest left over', () => {
    const bytes = Buffer.concat([message('Z', Buffer.from('I')), Buffer.from('N')])
    const taken = takeMessage(bytes)
    expect(taken?.message).toEqual({ type: 'Z', body: Buffer.from('I'), bytes: bytes.subarray(0, 6) })
    expect(taken?.rest).toEqual(Buffer.from('N'))
  })

  test('incomplete → not read', () => {
    const bytes = message('Z', Buffer.from('I'))
    for (let length = 0; length < bytes.length; length++) expect(takeMessage(bytes.subarray(0, length))).toBeUndefined()
  })

  test('longer than the limit → refused', () => {
    const longest = message('N', Buffer.alloc(MAX_MESSAGE - 4))
    expect(takeMessage(longest)?.message.bytes.length).toBe(MAX_MESSAGE + 1)
    expect(() => takeMessage(message('N', Buffer.alloc(MAX_MESSAGE - 3)))).toThrow(NO_MESSAGE)
  })

  test.each([
    ['a length of three', Buffer.from([0x52, 0, 0, 0, 3])],
    ['a negative length', Buffer.from([0x52, 0xff, 0xff, 0xff, 0xff])],
    ['a length of gigabytes', Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff])],
    ['a type that is no letter', Buffer.from([0x00, 0, 0, 0, 4])],
    ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['an SSH greeting', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
    ['a TLS record', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00])],
  ])('%s → refused', (_what, bytes) => {
    expect(() => takeMessage(bytes)).toThrow(NO_MESSAGE)
  })
})

const anyMessage = fc
  .tuple(fc.constantFrom(...'RSKZENDCTvA1'), fc.uint8Array({ maxLength: 200 }))
  .map(([type, body]) => message(type, Buffer.from(body)))

/** Bytes in pieces of any size, as a network may deliver them. */
const pieces = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const cut: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? 1)
    cut.push(bytes.subarray(at, at + size))
    at += size
  }
  return cut
}

describe('reader: stream', () => {
  test('pieces of any size → the same messages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { maxLength: 8 }), fc.array(fc.nat(30)), async (messages, sizes) => {
        const read = await readAll(pieces(Buffer.concat(messages), sizes))
        expect(read.messages.map(({ bytes }) => bytes)).toEqual(messages)
        expect(read.error).toBe(END)
      }),
      { numRuns: 300 },
    )
  })

  test('byte by byte → the same messages', async () => {
    const messages = [
      message('R', Buffer.alloc(4)),
      message('S', Buffer.from('a\0b\0')),
      message('Z', Buffer.from('I')),
    ]
    const { messages: read } = await readAll(pieces(Buffer.concat(messages), [1]))
    expect(read.map(({ bytes }) => bytes)).toEqual(messages)
  })

  test('any bytes → messages, then a typed error or the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(30)), async (bytes, sizes) => {
        const { messages, error } = await readAll(pieces(Buffer.from(bytes), sizes))
        expect(Buffer.concat(messages.map((one) => one.bytes)).equals(bytes.subarray(0, total(messages)))).toBe(true)
        const said = (error as Error).message
        expect(/^the server speaks /.test(said) || [NO_MESSAGE.message, END.message].includes(said)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('bytes behind the last message → available', async () => {
    const stream = new MessageStream(bytesOf([Buffer.concat([message('Z', Buffer.from('I')), message('N')])]))
    await stream.message()
    expect(stream.unread).toEqual(message('N'))
  })
})

const END = new ConnectError('ECONNRESET', 'the end')

function bytesOf(cut: Buffer[]): { send(): void; receive(): Promise<Buffer> } {
  const left = [...cut]
  return {
    send() {},
    async receive() {
      const piece = left.shift()
      if (!piece) throw END
      return piece
    },
  }
}

async function readAll(cut: Buffer[]): Promise<{ messages: BackendMessage[]; error: unknown }> {
  const stream = new MessageStream(bytesOf(cut))
  const messages: BackendMessage[] = []
  try {
    for (;;) messages.push(await stream.message())
  } catch (error) {
    return { messages, error }
  }
}

function total(messages: readonly BackendMessage[]): number {
  return messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

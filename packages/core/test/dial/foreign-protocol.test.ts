import type { Socket } from 'node:net'
import { listen } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { TlsError } from '../../src/errors/tls-error.ts'
import { errorResponse } from '../wire/backend-messages.ts'
import { profileFor } from './on-the-network.ts'

const MYSQL = Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 0x0a]), Buffer.from('8.4.0\0'.padEnd(0x49, 'x'))])
const MYSQL_ERROR = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 0xff]), Buffer.from('x'.repeat(0x44))])

/** Messages of other protocols' servers, unsolicited or in response to unknown input. */
const GREETINGS: readonly (readonly [string, Buffer | string])[] = [
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nCANARY'],
  ['HTTP', '<!DOCTYPE html><title>CANARY</title>'],
  ['HTTP/2', Buffer.from('000012040000000000000300000080000400010000000500ffffff', 'hex')],
  ['SSH', 'SSH-2.0-OpenSSH_9.2p1 CANARY\r\n'],
  ['MySQL', MYSQL],
  ['MySQL', MYSQL_ERROR],
  ['Redis', "-ERR unknown command 'CANARY'\r\n"],
  ['Redis', '-NOAUTH Authentication required.\r\n'],
  ['SMTP or FTP', '220 mail.example ESMTP CANARY\r\n'],
  ['POP3', '+OK CANARY ready\r\n'],
  ['IMAP', '* OK [CAPABILITY IMAP4rev1] CANARY\r\n'],
  ['NATS', 'INFO {"server_id":"CANARY"}\r\n'],
  ['AMQP', Buffer.from('AMQP\0\0\x09\x01')],
  ['VNC', 'RFB 003.008\n'],
  ['memcached', 'ERROR\r\n'],
  ['Telnet', Buffer.from([0xff, 0xfd, 0x18, 0xff, 0xfd, 0x20])],
]

async function outcome(kind: 'tls' | 'plain', play: (socket: Socket) => void): Promise<Error & { code?: string }> {
  const server = await listen(play)
  try {
    const { socket } = await dial(await profileFor(server.port, kind, { deadlineMs: 5000 }))
    socket.destroy()
    return new Error('connected')
  } catch (error) {
    const { message } = error as Error
    return Object.assign(error as Error, { message: message.replaceAll(String(server.port), '5432') })
  } finally {
    await server.stop()
  }
}

const unasked = (bytes: Buffer | string) => (socket: Socket) => void socket.write(bytes)
const asked = (bytes: Buffer | string) => (socket: Socket) => void socket.once('data', () => socket.write(bytes))

describe('dial: another service on the port → its protocol by name, and no man in the middle', () => {
  test.each(GREETINGS)('%s %j, TLS is asked for', async (protocol, bytes) => {
    for (const play of [unasked(bytes), asked(bytes)]) {
      const error = await outcome('tls', play)
      expect(error).toMatchObject({
        code: 'PROTOCOL',
        message: `cannot connect to db.test:5432 (127.0.0.1), TLS: db.test:5432 speaks ${protocol}, not PostgreSQL; check host and port`,
      })
    }
  })

  test.each(GREETINGS)('%s %j, in plaintext', async (protocol, bytes) => {
    for (const play of [unasked(bytes), asked(bytes)]) {
      expect(await outcome('plain', play)).toMatchObject({
        code: 'PROTOCOL',
        message: `cannot connect to db.test:5432 (127.0.0.1), plaintext: the server speaks ${protocol}, not PostgreSQL; check host and port`,
      })
    }
  })

  test('TLS without being asked → sslnegotiation=direct', async () => {
    const alert = Buffer.from('15030300020228', 'hex')
    expect(await outcome('tls', asked(alert))).toMatchObject({
      code: 'PROTOCOL',
      message:
        'cannot connect to db.test:5432 (127.0.0.1), TLS: db.test:5432 answered the request for TLS with a TLS record: it expects TLS from the first byte; use sslnegotiation=direct for PostgreSQL 17 or newer, or check host and port',
    })
  })

  test('an ErrorResponse of PostgreSQL → not shown, and told where it is', async () => {
    const refusal = errorResponse({ S: 'FATAL', C: '53300', M: 'CANARY' })
    expect(await outcome('tls', asked(refusal))).toMatchObject({
      code: 'SERVER_FAILURE',
      message:
        'cannot connect to db.test:5432 (127.0.0.1), TLS: db.test:5432 answered the request for TLS with an error message, which is not shown because its sender is not verified; the log of the server has it',
    })
  })

  test.each([255, 10, 74])('an ErrorResponse of %i bytes in plaintext → the error of PostgreSQL', async (length) => {
    const fields = { S: 'FATAL', C: '53300', M: 'x' }
    const filled = { ...fields, M: 'x'.repeat(Math.max(1, length - errorResponse(fields).length + 2)) }
    expect(await outcome('plain', asked(errorResponse(filled)))).toMatchObject({ code: '53300' })
  })

  test.each(['S', 'N'])('%s with more behind it → TLS_INJECTION', async (answer) => {
    const error = await outcome('tls', asked(`${answer}select 1`))
    expect(error).toBeInstanceOf(TlsError)
    expect(error).toMatchObject({ code: 'TLS_INJECTION' })
  })
})

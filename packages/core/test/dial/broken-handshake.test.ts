import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { createHierarchy, listen } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { handshake } from '../../src/tls/handshake.ts'
import type { HandshakeRequest } from '../../src/tls/handshake-request.ts'
import { outcomeOf } from '../tls/refusal.ts'
import { profileFor } from './on-the-network.ts'

/** The beginning of a TLS record of 80 bytes. */
const PARTIAL = Buffer.from([0x16, 3, 3, 0, 80, 2])
const PAUSE_MS = 20 // libuv reports bytes and an RST that arrive together as an ordinary end

/** Ways to end a connection during the handshake. */
const ENDINGS: Readonly<Record<string, (socket: Socket) => void>> = {
  'reset after ClientHello': (socket) => void socket.resetAndDestroy(),
  'closed after ClientHello': (socket) => void socket.end(),
  'reset in the middle of ServerHello': (socket) => {
    socket.write(PARTIAL)
    setTimeout(() => socket.resetAndDestroy(), PAUSE_MS)
  },
  'closed in the middle of ServerHello': (socket) => void socket.end(PARTIAL),
}

async function outcome(sslnegotiation: 'postgres' | 'direct', end: (socket: Socket) => void): Promise<unknown> {
  const server = await listen((socket) => {
    socket.once('data', () => {
      if (sslnegotiation === 'direct') return end(socket)
      socket.write('S')
      socket.once('data', () => end(socket))
    })
  })
  try {
    const { socket } = await dial(await profileFor(server.port, 'tls', { deadlineMs: 10_000, sslnegotiation }))
    socket.destroy()
    return undefined
  } catch (error) {
    return error
  } finally {
    await server.stop()
  }
}

describe.each(['postgres', 'direct'] as const)('dial: sslnegotiation=%s, handshake is', (negotiation) => {
  test.each(Object.entries(ENDINGS))('%s → ECONNRESET', async (_, end) => {
    const error = await outcome(negotiation, end)
    expect(error).toBeInstanceOf(ConnectError)
    expect(error).toMatchObject({ code: 'ECONNRESET', attempts: [{ attempt: 'tls', code: 'ECONNRESET' }] })
    expect(String((error as Error).message)).toContain('failed in the TLS handshake (ECONNRESET)')
  })
})

test('handshake: the socket is gone before it begins → ECONNRESET at once', async () => {
  const server = await listen(() => {})
  const socket = net.connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
  await once(socket, 'close')
  await expect(
    handshake(socket, { host: 'db.test', port: 5432 } as HandshakeRequest, new AbortController().signal),
  ).rejects.toMatchObject({ code: 'ECONNRESET' })
  await server.stop()
})

test('handshake: it is finished → accepted', async () => {
  const { root, servers } = await createHierarchy()
  expect(await outcomeOf({ sslrootcert: root.certificate }, servers.good)).toBe('accepted')
})

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { createHierarchy, listen } from '@verifull/test-harness/fixtures'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { VerifullError } from '../../src/errors/verifull-error.ts'
import {
  authentication,
  authenticationOk,
  dataRow,
  errorResponse,
  message,
  notice,
  sasl,
  sessionStart,
} from '../wire/backend-messages.ts'
import { profileFor, until } from './on-the-network.ts'

const DEADLINE_MS = 400

/** Valid messages, so that some of the noise is parsed far. */
const VALID = [
  authenticationOk,
  authentication(3),
  authentication(5, Buffer.from('salt')),
  sasl('SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'),
  authentication(11, Buffer.from('r=,s=AAAA,i=4096')),
  authentication(12, Buffer.from('v=AAAA')),
  errorResponse({ S: 'FATAL', C: '57P03', M: 'no' }),
  notice(),
  dataRow('on', null),
  message('K', Buffer.from([0])),
  sessionStart(),
]

/** One write of a server: noise, a message, or a message with a changed byte. */
const piece = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(...VALID),
  fc.tuple(fc.constantFrom(...VALID), fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
    const changed = Buffer.from(bytes)
    changed[at % changed.length] = value
    return changed
  }),
)

/** One behaviour: unsolicited bytes, responses to the client's messages, the size of pieces, and the end. */
const behaviour = fc.record({
  unasked: fc.option(piece, { nil: undefined }),
  answers: fc.array(piece, { maxLength: 5 }),
  chunk: fc.integer({ min: 1, max: 40 }),
  ending: fc.constantFrom('close', 'reset', 'silence'),
})
type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never

function behave(stream: Duplex, socket: Socket, { unasked, answers, chunk, ending }: Behaviour): void {
  const left = [...answers]
  const say = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += chunk) stream.write(bytes.subarray(at, at + chunk))
  }
  stream.on('error', () => {})
  if (unasked) say(unasked)
  stream.on('data', () => {
    const answer = left.shift()
    if (answer) say(answer)
    else if (ending === 'close') stream.end()
    else if (ending === 'reset') socket.resetAndDestroy()
  })
}

/** Plays a behaviour; resolves with the dialer's result, and checks its time limit. */
async function meet(kind: 'tls' | 'plain', play: (socket: Socket) => void): Promise<unknown> {
  const server = await listen(play)
  const profile = await profileFor(server.port, kind, { deadlineMs: DEADLINE_MS })
  const started = performance.now()
  try {
    const { socket } = await dial(profile)
    socket.destroy()
    return undefined
  } catch (error) {
    return error
  } finally {
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS + 1000)
    await until(() => server.sockets.size === 0)
    await server.stop()
  }
}

function expectOurs(error: unknown): void {
  if (error !== undefined && !VerifullError.isInstance(error)) throw error
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError) throw cause
  }
}

// The runner fails on any uncaught exception or unhandled rejection.
describe('dial: any bytes of a server → rejects in time with a typed error, and no socket is left', () => {
  test('plaintext', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, async (how) => {
        expectOurs(await meet('plain', (socket) => behave(socket, socket, how)))
      }),
      { numRuns: 80 },
    )
  })

  test('TLS negotiation', { timeout: 120_000 }, async () => {
    const answer = fc.constantFrom<(Buffer | undefined)[]>([Buffer.from('S')], [Buffer.from('N')], [undefined])
    await fc.assert(
      fc.asyncProperty(answer, behaviour, async ([first], how) => {
        const answers = first ? [first, ...how.answers] : how.answers
        const error = await meet('tls', (socket) => behave(socket, socket, { ...how, answers }))
        expect(error).toBeDefined() // a server without the certificate is never accepted
        expectOurs(error)
      }),
      { numRuns: 80 },
    )
  })

  test('inside TLS, from a server with the certificate', { timeout: 120_000 }, async () => {
    const secured = await insideTls()
    await fc.assert(
      fc.asyncProperty(behaviour, async (how) => {
        expectOurs(await meet('tls', (socket) => secured(socket, how)))
      }),
      { numRuns: 60 },
    )
  })

  test('a regular session in the smallest pieces → accepted', async () => {
    const honest: Behaviour = { unasked: undefined, answers: [sessionStart()], chunk: 1, ending: 'silence' }
    const secured = await insideTls()
    expect(await meet('plain', (socket) => behave(socket, socket, honest))).toBeUndefined()
    expect(await meet('tls', (socket) => secured(socket, honest))).toBeUndefined()
  })
})

/** The same behaviour inside TLS, with a certificate that is verified. */
async function insideTls(): Promise<(socket: Socket, how: Behaviour) => void> {
  const { chain: cert, key } = (await createHierarchy()).servers.good
  return (socket, how) => {
    socket.once('data', () => {
      socket.write('S')
      behave(new TLSSocket(socket, { isServer: true, cert, key, ALPNProtocols: ['postgresql'] }), socket, how)
    })
  }
}

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHostileServer } from '../../src/hostile/server.ts'
import { blackHole, swallowingProxy } from '../../src/network/black-hole.ts'
import { delayingProxy } from '../../src/network/delaying-proxy.ts'
import { dribblingProxy } from '../../src/network/dribbling-proxy.ts'
import type { Endpoint } from '../../src/network/endpoint.ts'
import { type Listening, listen } from '../../src/network/listen.ts'
import { resettingProxy } from '../../src/network/resetting-proxy.ts'
import { libpqClient } from '../hostile/libpq.ts'
import { listens, reachableFromOutside } from '../postgres/reached.ts'

let echo: Listening
beforeAll(async () => {
  echo = await listen((socket) => socket.pipe(socket))
})
afterAll(() => echo.stop())

async function connected({ port, host }: Endpoint): Promise<Socket> {
  const socket = connect({ port, host, noDelay: true })
  await once(socket, 'connect')
  return socket
}

async function told(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  let heard = ''
  while (heard.length < text.length) heard += (await once(socket, 'data'))[0]
  return heard
}

/** The error code of the end; undefined after a FIN. */
async function ended(socket: Socket): Promise<string | undefined> {
  let code: string | undefined
  socket.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code
  })
  await once(socket.resume(), 'close').catch(() => {})
  return code
}

describe('delayingProxy', () => {
  test('round trips → of the given length, in order', async () => {
    const proxy = await delayingProxy({ to: echo, roundTripMs: 40 })
    const socket = await connected(proxy)
    for (const text of ['one', 'two', 'three'.repeat(20_000)]) {
      const start = performance.now()
      expect(await told(socket, text)).toBe(text)
      expect(performance.now() - start).toBeGreaterThanOrEqual(39)
    }
    socket.end()
    expect(await ended(socket)).toBeUndefined()
    await proxy.stop()
  })
})

describe('blackHole, swallowingProxy', () => {
  test('a connection → accepted, without a response', async () => {
    const hole = await blackHole()
    const socket = await connected(hole)
    socket.write('hello?')
    const answer = once(socket, 'data').then(() => 'an answer')
    const silence = new Promise((resolve) => setTimeout(resolve, 100, 'silence'))
    expect(await Promise.race([answer, silence])).toBe('silence')
    expect([hole.accepted, hole.open]).toEqual([1, 1])
    await hole.stop()
    expect(await ended(socket)).toBe('ECONNRESET')
    expect([hole.accepted, hole.open]).toEqual([1, 0])
  })

  test('swallow(), then relay() → bytes are discarded, then relayed', async () => {
    const proxy = await swallowingProxy({ to: echo })
    const socket = await connected(proxy)
    expect(await told(socket, 'before')).toBe('before')
    proxy.swallow()
    socket.write('lost')
    await new Promise((resolve) => setTimeout(resolve, 50))
    proxy.relay()
    expect(await told(socket, 'after')).toBe('after')
    expect(proxy.accepted).toBe(1)
    socket.destroy()
    await proxy.stop()
  })
})

describe('resettingProxy', () => {
  test('reset() → all connections are reset', async () => {
    const proxy = await resettingProxy({ to: echo })
    const sockets = [await connected(proxy), await connected(proxy)]
    for (const socket of sockets) await told(socket, 'alive')
    const codes = Promise.all(sockets.map(ended))
    proxy.reset()
    expect(await codes).toEqual(['ECONNRESET', 'ECONNRESET'])
    await proxy.stop()
  })

  test('afterBytes → each connection is reset after so many bytes from the server', async () => {
    const proxy = await resettingProxy({ to: echo, afterBytes: 4 })
    for (let round = 0; round < 2; round++) {
      const socket = await connected(proxy)
      let heard = ''
      socket.on('data', (bytes) => {
        heard += bytes
      })
      socket.write('1234567')
      expect(await ended(socket)).toBe('ECONNRESET')
      expect(heard).toBe('1234')
    }
    await proxy.stop()
  })
})

describe('dribblingProxy', () => {
  test('every byte → one per segment', async () => {
    const proxy = await dribblingProxy({ to: echo, everyMs: 2 })
    const socket = await connected(proxy)
    const start = performance.now()
    expect(await told(socket, 'slowly')).toBe('slowly')
    expect(performance.now() - start).toBeGreaterThanOrEqual(9)
    socket.end()
    expect(await ended(socket)).toBeUndefined()
    await proxy.stop()
  })

  test('libpq through it → connected', async () => {
    const server = await startHostileServer({})
    const proxy = await dribblingProxy({ to: server })
    const libpq = await libpqClient()
    expect(await libpq.attempt(proxy.port, { sslmode: 'disable' })).toBe('connected')
    await libpq.close()
    await proxy.stop()
    await server.stop()
  })
})

test('the server’s FIN → the end of the connection', async () => {
  const server = await startHostileServer({ ssl: 'N', answers: ['close'] })
  for (const start of [delayingProxy, swallowingProxy, resettingProxy, dribblingProxy]) {
    const proxy = await start({ to: server, roundTripMs: 2 })
    const socket = await connected(proxy)
    socket.write(Buffer.from([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2]))
    expect(await ended(socket)).toBeUndefined()
    await proxy.stop()
  }
  await server.stop()
})

test('every proxy → listens on loopback alone; stop() twice → the same', async () => {
  const all = [
    await blackHole(),
    await delayingProxy({ to: echo, roundTripMs: 1 }),
    await swallowingProxy({ to: echo }),
    await resettingProxy({ to: echo }),
    await dribblingProxy({ to: echo }),
    await startHostileServer({}),
  ]
  for (const endpoint of all) {
    expect(await reachableFromOutside(endpoint.port)).toEqual([])
    await endpoint.stop()
    await endpoint.stop()
    expect(await listens('127.0.0.1', endpoint.port)).toBe(false)
  }
})

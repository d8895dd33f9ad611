import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type FaultyRelay, faultyRelay } from '../../src/network/faulty-relay.ts'
import { type Listening, listen } from '../../src/network/listen.ts'

let echo: Listening
let other: Listening
let relay: FaultyRelay
let target: Listening
const clients: Socket[] = []

beforeAll(async () => {
  echo = await listen((socket) => void socket.pipe(socket))
  other = await listen((socket) => void socket.on('data', () => socket.write('other')))
  target = echo
  relay = await faultyRelay(() => target)
})
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  relay.swallow(false)
  target = echo
})
afterAll(() => Promise.all([relay, echo, other].map((one) => one?.stop())))

async function opened(): Promise<Socket> {
  const client = connect(relay.port, relay.host)
    .setEncoding('utf8')
    .on('error', () => {})
  clients.push(client)
  await once(client, 'connect')
  return client
}

/** The response to a text; undefined if none comes within `ms`. */
async function answer(client: Socket, text: string, ms = 1000): Promise<string | undefined> {
  const heard = once(client, 'data').then(([chunk]) => chunk as string)
  client.write(text)
  return Promise.race([heard, pause(ms, undefined)])
}

test('faulty relay: without a fault → bytes pass both ways', async () => {
  expect(await answer(await opened(), 'hello')).toBe('hello')
})

test('faulty relay: the target moves → new connections go there, open ones stay', async () => {
  const client = await opened()
  expect(await answer(client, 'a')).toBe('a')
  target = other
  expect(await answer(await opened(), 'a')).toBe('other')
  expect(await answer(client, 'b')).toBe('b')
})

test('faulty relay: delay → later, and in order', async () => {
  const client = await opened()
  await answer(client, 'first')
  relay.delay(60)
  const began = performance.now()
  const slow = answer(client, 'slow')
  await slow
  relay.delay(0)
  expect(performance.now() - began).toBeGreaterThanOrEqual(115)
  let heard = ''
  client.on('data', (text) => {
    heard += text
  })
  relay.delay(30)
  client.write('1')
  await pause(5)
  relay.delay(0)
  client.write('2')
  await pause(150)
  expect(heard).toBe('12')
})

test('faulty relay: swallowOpen → open connections get no response, new ones do', async () => {
  const client = await opened()
  await answer(client, 'first')
  relay.swallowOpen()
  expect(await answer(client, 'second', 80)).toBeUndefined()
  expect(await answer(await opened(), 'third')).toBe('third')
})

test('faulty relay: halfOpen → the server loses its side, and the client is not told', async () => {
  const client = await opened()
  await answer(client, 'first')
  const before = echo.sockets.size
  relay.halfOpen()
  await expect.poll(() => echo.sockets.size).toBe(before - 1)
  await pause(30)
  expect(client.readyState).toBe('open')
  expect(await answer(client, 'second', 50)).toBeUndefined()
})

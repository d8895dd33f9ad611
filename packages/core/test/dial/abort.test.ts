import { getEventListeners } from 'node:events'
import { outcomeWithin, startHostileServer } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { network } from '../../src/dial/network.ts'
import { tcp } from '../addresses/endpoints.ts'
import { fullPort } from './full-port.ts'
import { profileFor, until } from './on-the-network.ts'
import { loginsThat } from './profile.ts'
import { STAGES } from './stages.ts'

const REASON = new Error('the caller has lost interest')

/** Aborts once `ready`, and checks that the search ends at once with that reason and without listeners. */
async function abortOnce(
  ready: () => boolean,
  begin: (signal: AbortSignal) => Promise<unknown>,
  reason: unknown = REASON,
): Promise<void> {
  const controller = new AbortController()
  const dialing = begin(controller.signal)
  dialing.catch(() => {})
  await until(ready)
  controller.abort(reason)
  expect(await outcomeWithin(250, dialing)).toEqual({ error: reason })
  await expect(dialing).rejects.toBe(reason)
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
}

describe('dial: the caller aborts → rejects at once with its reason, and no socket is left', () => {
  test.each(STAGES)('after $name', async ({ script, reached, tls }) => {
    const server = await startHostileServer(script)
    const endpoints = [tcp('localhost', server.port, '127.0.0.1')]
    const profile = await profileFor(server.port, tls ? 'tls' : 'plain', tls ? {} : { endpoints })
    const ready = () => reached.test(server.connections[0]?.events.at(-1) ?? '')
    await abortOnce(ready, (signal) => dial(profile, {}, signal))
    await server.allClosed()
    expect(server.connections).toHaveLength(1)
    await server.stop()
  })

  test.each(['a text', 0, null])('any reason: %s', async (reason) => {
    const server = await startHostileServer({ answers: ['silence'] })
    const profile = await profileFor(server.port, 'plain')
    await abortOnce(
      () => server.connections[0]?.events.length === 1,
      (signal) => dial(profile, {}, signal),
      reason,
    )
    await server.allClosed()
    await server.stop()
  })

  test('before the start', async () => {
    const server = await startHostileServer({ answers: ['ok'] })
    const dialing = dial(await profileFor(server.port, 'plain'), {}, AbortSignal.abort(REASON))
    await expect(dialing).rejects.toBe(REASON)
    expect(server.connections).toHaveLength(0)
    await server.stop()
  })

  test('while the provider is pending', async () => {
    let asked = false
    const logins = loginsThat(async () => {
      asked = true
      return await new Promise<never>(() => {})
    })
    const profile = await profileFor(1, 'plain', { logins })
    await abortOnce(
      () => asked,
      (signal) => dial(profile, {}, signal),
    )
  })

  test('during name resolution, whose addresses are not dialed', async () => {
    const server = await startHostileServer({ answers: ['ok'] })
    const profile = await profileFor(server.port, 'plain')
    let resolved: ((addresses: string[]) => void) | undefined
    const slow = { ...network, resolve: () => new Promise<string[]>((resolve) => (resolved = resolve)) }
    await abortOnce(
      () => resolved !== undefined,
      (signal) => dial(profile, {}, signal, slow),
    )
    resolved?.(['127.0.0.1'])
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(server.connections).toHaveLength(0)
    await server.stop()
  })

  test('during the TCP handshake', async () => {
    const full = await fullPort()
    const profile = await profileFor(full.port, 'plain')
    const started = performance.now()
    const sockets = openSockets()
    await abortOnce(
      () => performance.now() - started > 50,
      (signal) => dial(profile, {}, signal),
    )
    await until(() => openSockets() === sockets)
    await full.stop()
  })

  test('during a key derivation of a million rounds', async () => {
    const server = await startHostileServer({ answers: [{ scram: { password: 'pencil', iterations: 1_000_000 } }] })
    const profile = await profileFor(server.port, 'plain')
    const ready = () => /^SASLInitialResponse/.test(server.connections[0]?.events.at(-1) ?? '')
    await abortOnce(ready, (signal) => dial(profile, {}, signal))
    await server.allClosed()
    await server.stop()
  })
})

test('after the session is established → no effect', async () => {
  const server = await startHostileServer({ answers: ['ok'] })
  const controller = new AbortController()
  const { socket } = await dial(await profileFor(server.port, 'plain'), {}, controller.signal)
  controller.abort(REASON)
  expect(socket.destroyed).toBe(false)
  socket.destroy()
  await server.allClosed()
  await server.stop()
})

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => /^TCP|Connect/.test(resource)).length
}

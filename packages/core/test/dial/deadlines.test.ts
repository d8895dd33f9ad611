import { blackHole, outcomeWithin, startHostileServer } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { network } from '../../src/dial/network.ts'
import type { ConnectError } from '../../src/errors/connect-error.ts'
import { tcp } from '../addresses/endpoints.ts'
import { fullPort } from './full-port.ts'
import { profileFor, until } from './on-the-network.ts'
import { loginsThat } from './profile.ts'
import { STAGES } from './stages.ts'

/** Long enough for a handshake on a busy machine. */
const SHORT_MS = 300

describe('dial: a server that keeps the client waiting → rejects at the deadline', () => {
  test.each(STAGES)('after $name', async ({ script, phase, tls }) => {
    const server = await startHostileServer(script)
    const profile = await profileFor(server.port, tls ? 'tls' : 'plain', {
      deadlineMs: SHORT_MS,
      ...(!tls && { endpoints: [tcp('localhost', server.port, '127.0.0.1')] }),
    })
    const outcome = await outcomeWithin(SHORT_MS + 1000, dial(profile))
    expect('error' in outcome && outcome.error).toMatchObject({
      name: 'ConnectError',
      code: 'ETIMEDOUT',
      message: `timeout expired: no connection within 0.3 s in all (it was in the phase "${phase}"); the last host was ${tls ? 'db.test' : 'localhost'}:${server.port} (127.0.0.1)`,
      attempts: [{ port: server.port, address: '127.0.0.1', code: 'ETIMEDOUT' }],
    })
    await server.allClosed()
    await server.stop()
  })

  test('during the TCP handshake', async () => {
    const full = await fullPort()
    const profile = await profileFor(full.port, 'plain', { deadlineMs: SHORT_MS })
    await expect(dial(profile)).rejects.toThrow(
      `timeout expired: no connection within 0.3 s in all (it was in the phase "connect"); the last host was db.test:${full.port} (127.0.0.1)`,
    )
    await full.stop()
  })

  test.each([
    ['before the name is resolved', { resolve: () => new Promise<never>(() => {}) }],
    ['before the password is known', { logins: loginsThat(() => new Promise<never>(() => {})) }],
  ])('%s, with work that ignores its signal', async (_when, endless) => {
    const profile = await profileFor(1, 'plain', { deadlineMs: SHORT_MS, ...('logins' in endless ? endless : {}) })
    const dialing = dial(profile, {}, undefined, { ...network, ...('resolve' in endless ? endless : {}) })
    await expect(dialing).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('during a key derivation of a million rounds', async () => {
    const server = await startHostileServer({ answers: [{ scram: { password: 'pencil', iterations: 1_000_000 } }] })
    const profile = await profileFor(server.port, 'plain', { deadlineMs: 100 })
    expect(await outcomeWithin(300, dial(profile))).toMatchObject({ error: { code: 'ETIMEDOUT' } })
    await server.allClosed()
    await server.stop()
  })
})

describe('dial: connect_timeout, per address', () => {
  test('a host without a response → the next host', async () => {
    const hole = await blackHole()
    const server = await startHostileServer({ answers: ['ok'] })
    const endpoints = [tcp('hole.test', hole.port, '127.0.0.1'), tcp('db.test', server.port, '127.0.0.1')]
    const dialed = await dial(await profileFor(0, 'plain', { endpoints, connectTimeoutMs: SHORT_MS }))
    expect(dialed.attestation.host).toBe('db.test')
    expect(dialed.attestation.failedAttempts).toEqual([
      {
        host: 'hole.test',
        address: '127.0.0.1',
        port: hole.port,
        attempt: 'plain',
        code: 'ETIMEDOUT',
        reason: `timeout expired: no connection to hole.test:${hole.port} within connect_timeout, 0.3 s (it was in the phase "authentication")`,
      },
    ])
    await until(() => hole.open === 0)
    expect(hole.accepted).toBe(1)
    dialed.socket.destroy()
    await server.allClosed()
    await Promise.all([hole.stop(), server.stop()])
  })

  test('a name that does not resolve in time → the next host', async () => {
    const server = await startHostileServer({ answers: ['ok'] })
    const endpoints = [tcp('slow.test', server.port), tcp('127.0.0.1', server.port)]
    const dialed = await dial(await profileFor(0, 'plain', { endpoints, connectTimeoutMs: SHORT_MS }), {}, undefined, {
      ...network,
      resolve: (host, signal) =>
        host === 'slow.test'
          ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          : network.resolve(host, signal),
    })
    expect(dialed.attestation.failedAttempts).toMatchObject([{ host: 'slow.test', code: 'ETIMEDOUT' }])
    dialed.socket.destroy()
    await server.stop()
  })

  test('the deadline → limits all of them', async () => {
    const hole = await blackHole()
    const endpoints = Array.from({ length: 20 }, () => tcp('127.0.0.1', hole.port))
    const profile = await profileFor(0, 'plain', { endpoints, connectTimeoutMs: 200, deadlineMs: 500 })
    const error = await dial(profile).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    expect((error as ConnectError).message).toMatch(/^timeout expired: no connection within 0\.5 s in all /)
    expect((error as ConnectError).attempts.length).toBeLessThanOrEqual(2)
    await until(() => hole.open === 0)
    await hole.stop()
  })

  test('an established session → outlives both', async () => {
    const server = await startHostileServer({ answers: ['ok'] })
    const { socket } = await dial(await profileFor(server.port, 'plain', { connectTimeoutMs: 200, deadlineMs: 200 }))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(socket.destroyed).toBe(false)
    socket.destroy()
    await server.allClosed()
    await server.stop()
  })
})

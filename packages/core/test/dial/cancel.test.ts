import { createHierarchy, startHostileServer, swallowingProxy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import type { Attestation } from '../../src/dial/attestation.ts'
import { cancel } from '../../src/dial/cancel.ts'
import { dial } from '../../src/dial/dial.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { profileFor } from './on-the-network.ts'

describe('cancel', () => {
  test('a TLS session → TLS with the same verification', async () => {
    const { good, otherHost } = (await createHierarchy()).servers
    const tls = { certificate: good.chain, key: good.key }
    const server = await startHostileServer([
      { tls, answers: ['ok'] },
      { tls, answers: ['close'] },
      { tls: { certificate: otherHost.chain, key: otherHost.key } },
    ])
    const profile = await profileFor(server.port, 'tls')
    const dialed = await dial(profile)
    await cancel(profile, dialed)
    expect(server.connections[1]?.events.slice(0, 4)).toEqual([
      'SSLRequest',
      'ClientHello',
      'TLS established',
      'CancelRequest',
    ])
    await expect(cancel(profile, dialed)).rejects.toMatchObject({ code: 'TLS_NAME' })
    expect(server.connections[2]?.events).not.toContain('CancelRequest')
    dialed.socket.destroy()
    await server.allClosed()
    await server.stop()
  })

  test('a plaintext session → plaintext', async () => {
    const server = await startHostileServer([{ answers: ['ok'] }, { answers: ['close'] }])
    const profile = await profileFor(server.port, 'plain')
    const dialed = await dial(profile)
    await cancel(profile, dialed)
    expect(server.connections[1]?.events[0]).toBe('CancelRequest')
    dialed.socket.destroy()
    await server.stop()
  })

  test('the secret names another host by now → the session’s host', async () => {
    const server = await startHostileServer([{ answers: ['ok'] }, { answers: ['close'] }])
    const dialed = await dial(await profileFor(server.port, 'plain'))
    const endpoints = [{ kind: 'in-secret', port: undefined }] as const
    await cancel(await profileFor(server.port, 'plain', { endpoints }), dialed)
    expect(server.connections[1]?.events[0]).toBe('CancelRequest')
    dialed.socket.destroy()
    await server.stop()
  })

  test('no response → ends with the deadline or the signal', async () => {
    const server = await startHostileServer({ answers: ['ok'] })
    const proxy = await swallowingProxy({ to: server })
    const profile = await profileFor(proxy.port, 'plain', { deadlineMs: 200 })
    const dialed = await dial(profile)
    proxy.swallow()
    await expect(cancel(profile, dialed)).rejects.toThrow(
      new ConnectError('ETIMEDOUT', `timeout expired: db.test:${proxy.port} did not take the cancel request`),
    )
    const reason = new Error('enough')
    await expect(cancel(profile, dialed, AbortSignal.abort(reason))).rejects.toBe(reason)
    dialed.socket.destroy()
    await proxy.stop()
    await server.stop()
  })

  test('a session without a key, or of another profile → not sent', async () => {
    const profile = await profileFor(5432, 'plain')
    const attestation = (host: string) => ({ host, address: '127.0.0.1', port: 5432 }) as Attestation
    const backendKey = { processId: 1, secretKey: Buffer.alloc(4) }
    await expect(cancel(profile, { attestation: attestation('db.test') })).rejects.toThrow(
      new ConnectError('PROTOCOL', 'the server gave this session no key to cancel it with'),
    )
    await expect(cancel(profile, { attestation: attestation('other.test'), backendKey })).rejects.toThrow(
      new ConnectError('PROTOCOL', 'other.test:5432 is no host of this profile'),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { createHierarchy } from '../../../../test-harness/src/certificates/hierarchy.ts'
import { startHostileServer } from '../../../../test-harness/src/hostile/server.ts'
import { swallowingProxy } from '../../../../test-harness/src/network/black-hole.ts'
import type { Attestation } from '../../src/dial/attestation.ts'
import { cancel } from '../../src/dial/cancel.ts'
import { dial } from '../../src/dial/dial.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { profileFor } from './on-the-network.ts'

describe('a cancel request', () => {
  test('goes over TLS that is verified as the session is', async () => {
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

  test('is plain where the session is', async () => {
    const server = await startHostileServer([{ answers: ['ok'] }, { answers: ['close'] }])
    const profile = await profileFor(server.port, 'plain')
    const dialed = await dial(profile)
    await cancel(profile, dialed)
    expect(server.connections[1]?.events[0]).toBe('CancelRequest')
    dialed.socket.destroy()
    await server.stop()
  })

  test('goes to the host that the secret named when the session began, whatever it names now', async () => {
    const server = await startHostileServer([{ answers: ['ok'] }, { answers: ['close'] }])
    const dialed = await dial(await profileFor(server.port, 'plain'))
    const endpoints = [{ kind: 'in-secret', port: undefined }] as const
    await cancel(await profileFor(server.port, 'plain', { endpoints }), dialed)
    expect(server.connections[1]?.events[0]).toBe('CancelRequest')
    dialed.socket.destroy()
    await server.stop()
  })

  test('that is not taken ends with the deadline, and with the signal', async () => {
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

  test('is not sent for a session that has no key, or is of another profile', async () => {
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

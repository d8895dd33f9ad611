import { blackHole, closedPort, createHierarchy, startHostileServer } from '@verifull/test-harness/fixtures'
import { expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Dialed } from '../../src/dial/dialed.ts'
import { knock } from '../../src/dial/knock.ts'
import { fullPort } from './full-port.ts'
import { profileFor } from './on-the-network.ts'

/** A session of which only the port is another. */
async function sessionAt(
  port: number,
  kind: 'tls' | 'plain' = 'plain',
): Promise<Pick<Dialed, 'profile' | 'attestation'>> {
  const tls = { verification: 'full' }
  const attestation = { host: 'db.test', address: '127.0.0.1', port, ...(kind === 'tls' && { tls }) }
  return { profile: await profileFor(port, kind), attestation: attestation as Dialed['attestation'] }
}

const soon = () => AbortSignal.timeout(500)

test.each(['tls', 'plain'] as const)('knock: a server that answers, %s → answers, without a login', async (kind) => {
  const { good } = (await createHierarchy()).servers
  const tls = kind === 'tls' && { tls: { certificate: good.chain, key: good.key } }
  const server = await startHostileServer([
    { ...tls, answers: ['ok'] },
    { ...tls, answers: ['ok'] },
  ])
  const profile = await profileFor(server.port, kind)
  const dialed = await dial(profile)
  await expect(knock(dialed, soon())).resolves.toBe('answers')
  expect(server.connections[1]?.events[0]).toBe('SSLRequest')
  expect(server.connections[1]?.events.join()).not.toMatch(/Startup|Cancel/)
  dialed.socket.destroy()
  await server.stop()
})

test('knock: nothing listens at the port → answers, as the host is there', async () => {
  const closed = await closedPort()
  await expect(knock(await sessionAt(closed.port), soon())).resolves.toBe('answers')
  await closed.stop()
})

test.each(['tls', 'plain'] as const)('knock: the connection is taken and nothing is said, %s → mute', async (kind) => {
  const hole = await blackHole()
  await expect(knock(await sessionAt(hole.port, kind), soon())).resolves.toBe('mute')
  await expect.poll(() => hole.open).toBe(0)
  await hole.stop()
})

test('knock: no connection comes about → unreachable', async () => {
  const full = await fullPort()
  await expect(knock(await sessionAt(full.port), soon())).resolves.toBe('unreachable')
  await full.stop()
})

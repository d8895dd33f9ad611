import { createHierarchy, startHostileServer } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { FixedLogins } from '../../src/rotation/fixed-logins.ts'
import type { Attempt } from '../../src/sslmode.ts'
import { Secret } from '../../src/text/secret.ts'
import { profileFor } from './on-the-network.ts'

const { servers } = await createHierarchy()
const { chain, key } = servers.good
const REFUSED =
  /^the server asks for \d+ SCRAM iterations and its identity is not verified; at least 4096 are done then/

/** Logs in at a server with that iteration count; resolves with the result and the last message. */
async function loginWith(iterations: number, way: Attempt): Promise<readonly unknown[]> {
  const server = await startHostileServer({
    ...(way.kind === 'tls' && { tls: { certificate: chain, key } }),
    answers: [{ scram: { password: 'pencil', iterations } }],
  })
  const logins = new FixedLogins(() => ({ user: 'app', password: new Secret('pencil') }))
  const changes: Partial<Profile> = { attempts: [way], unverified: 'anywhere', plaintext: 'anywhere', logins }
  try {
    const dialed = await dial(await profileFor(server.port, way.kind, changes)).catch((error: unknown) => error)
    if (!(dialed instanceof Error)) (dialed as { socket: { destroy(): void } }).socket.destroy()
    await server.allClosed()
    const events = server.connections[0]?.events ?? []
    return [dialed, events.filter((event) => event.startsWith('SASL')).map((event) => event.split(' ')[0])]
  } finally {
    await server.stop()
  }
}

const UNVERIFIED: readonly Attempt[] = [
  { kind: 'plain' },
  { kind: 'tls', verification: 'none' },
  { kind: 'tls', verification: 'ca' },
]

describe('SCRAM with few iterations', () => {
  test.each(UNVERIFIED.flatMap((way) => [1, 4095].map((count) => ({ way, count }))))(
    '$count, $way.kind $way.verification → refused before the proof is sent',
    async ({ way, count }) => {
      const [error, said] = await loginWith(count, way)
      expect(error).toMatchObject({ code: 'AUTH_SERVER', message: expect.stringMatching(REFUSED) })
      expect(said).toEqual(['SASLInitialResponse'])
    },
  )

  test.each(UNVERIFIED)('4096, $kind $verification → logged in', async (way) => {
    const [dialed, said] = await loginWith(4096, way)
    expect(dialed).toMatchObject({ attestation: { authentication: { method: 'scram-sha-256' } } })
    expect(said).toEqual(['SASLInitialResponse', 'SASLResponse'])
  })

  test('1, verified in full → logged in', async () => {
    const [dialed] = await loginWith(1, { kind: 'tls', verification: 'full' })
    expect(dialed).toMatchObject({ attestation: { authentication: { method: 'scram-sha-256', channelBound: true } } })
  })
})

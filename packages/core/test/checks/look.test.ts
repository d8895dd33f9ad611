import { createHierarchy, startHostileServer } from '@verifull/test-harness/fixtures'
import { afterEach, describe, expect, test } from 'vitest'
import { look } from '../../src/checks/look.ts'
import type { TlsError } from '../../src/errors/tls-error.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'

const { root, servers, clients } = await createHierarchy()
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function lookAt(shown: keyof typeof servers, given: object = {}) {
  const { chain, key } = servers[shown]
  const server = await startHostileServer({ tls: { certificate: chain, key, clientCa: root.certificate } })
  stops.push(server.stop)
  const settings = { host: 'localhost', port: server.port, user: 'app', password: 'canary-9f', environment: {} }
  const { profile } = resolveProfile({ settings: { ...settings, sslrootcert: root.certificate, ...given } })
  const [endpoint] = profile.endpoints
  if (endpoint?.kind !== 'tcp') throw new Error('an endpoint of TCP')
  const seen = await look(profile, endpoint, '127.0.0.1', AbortSignal.timeout(5000))
  await server.allClosed()
  return { seen, server }
}

const names = (chain: readonly { readonly subject: string }[]) =>
  chain.map(({ subject }) => subject.replace('O=Verifull, CN=', ''))

describe('look', () => {
  test('a server that verifies → the chain up to the trusted root, and nothing sent but the handshake', async () => {
    const { seen, server } = await lookAt('viaIntermediate')
    expect(seen.error).toBeUndefined()
    expect(names(seen.chain)).toEqual(['db.test', 'Verifull test intermediate', 'Verifull test root'])
    expect(seen.tls).toMatchObject({ protocol: 'TLSv1.3', alpn: 'postgresql', certificateRequested: true })
    expect(server.connections.flatMap(({ events }) => events)).not.toContainEqual(
      expect.stringMatching(/Startup|Passw/),
    )
  })

  // OpenSSL's server sends the CA of client certificates along, where it is above its own certificate.
  test.each([
    ['wrongAuthority', 'TLS_ISSUER', ['db.test']],
    ['missingIntermediate', 'TLS_ISSUER', ['db.test']],
    ['expired', 'TLS_EXPIRED', ['db.test', 'Verifull test root']],
    ['otherHost', 'TLS_NAME', ['other.test', 'Verifull test root']],
    ['smallKey', 'TLS_WEAK', ['db.test', 'Verifull test root']],
  ] as const)('%s → %s, and the chain that the server sent', async (shown, code, chain) => {
    const { good } = clients
    const { seen, server } = await lookAt(shown, { sslcert: good.certificate, sslkey: good.key })
    expect((seen.error as TlsError).code).toBe(code)
    expect(names(seen.chain)).toEqual(chain)
    // The client's certificate is for verified servers alone, and nothing follows the handshake.
    expect(server.connections.some(({ tls }) => tls?.clientCertificate !== undefined)).toBe(false)
    expect(server.connections.flatMap(({ events }) => events)).not.toContainEqual(
      expect.stringMatching(/Startup|Passw/),
    )
    for (const { received } of server.connections) expect(received.includes('canary-9f')).toBe(false)
  })

  test('nothing listens → the error of the network, without a time', async () => {
    const { profile } = resolveProfile({ settings: { host: 'localhost', user: 'app', environment: {} } })
    const endpoint = { kind: 'tcp', host: 'localhost', port: 1, address: undefined, isNamed: true } as const
    const { error, connectMs } = await look(profile, endpoint, '127.0.0.1', AbortSignal.timeout(5000))
    expect([(error as NodeJS.ErrnoException).code, connectMs]).toEqual(['ECONNREFUSED', undefined])
  })
})

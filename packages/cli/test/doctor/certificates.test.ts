import { type PostgresServer, startPostgres } from '@verifull/test-harness'
import {
  createAuthority,
  derKey,
  encryptedKey,
  type HostileServer,
  startHostileServer,
} from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifull } from '../run.ts'
import { CANARY, doctor, type Expected, expectOnly, file, HIERARCHY, loginVariables } from './examined.ts'

const { root, otherRoot, servers, clients, crls } = HIERARCHY
let postgres: PostgresServer
beforeAll(async () => {
  const { chain: certificate, key } = servers.good
  postgres = await startPostgres({ tls: { certificate, key, clientCa: root.certificate } })
})
afterAll(() => postgres?.stop())

function variables(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return loginVariables(postgres.port, 'scram_user', postgres.password('scram_user'), given)
}

test('doctor: a good server → its chain up to the trusted root, a login bound to the channel, exit code 0', async () => {
  const { code, findings, unchecked, servers: seen } = await doctor(variables(), [postgres.password('scram_user')])
  expect({ code, unchecked }).toEqual({ code: 0, unchecked: [] })
  expect(findings.filter(({ severity }) => severity === 'refuse')).toEqual([])
  expect(seen[0]?.login).toMatchObject({ user: 'scram_user', method: 'scram-sha-256', channelBound: true })
  expect(seen[0]?.addresses[0]?.chain.map(({ trusted }) => trusted)).toEqual([false, true])
})

test('doctor: text at 40 columns → the chain as a tree, no line wider, no colour', async () => {
  const { stdout } = await verifull(['doctor'], { environment: variables(), columns: 40 })
  expect(stdout).toMatch(/chain\n {4}Verifull test root · .*\n[^└]*└─ db\.test/)
  expect(stdout).toContain('trusted:')
  expect(stdout.split('\n').filter((line) => line.length > 40)).toEqual([])
  expect(stdout).not.toContain('\x1b')
})

describe("doctor: the server's certificate → the check that failed, and no login", () => {
  /** Shown by PostgreSQL itself. */
  const SHOWN: [keyof typeof servers, Expected, Readonly<Record<string, string>>?][] = [
    [
      'missingIntermediate',
      { code: 'error:TLS_ISSUER', what: /test intermediate/, fix: /server has to send its certificate/ },
    ],
    ['wrongAuthority', { code: 'error:TLS_ISSUER', what: /somebody else/, fix: /download the CA certificate/ }],
    ['selfSigned', { code: 'error:TLS_ISSUER', what: /self-signed/, fix: /copy it from the server itself/ }],
    ['expired', { code: 'error:TLS_EXPIRED', what: /expired on/, fix: /renew it on the server/ }],
    ['notYetValid', { code: 'error:TLS_EXPIRED', what: /not valid before/, fix: /clock/ }],
    [
      'otherHost',
      { code: 'error:TLS_NAME', what: /other\.test.*does not match host name "localhost"/, fix: /set host to a name/ },
    ],
    ['dnsName', { code: 'error:TLS_NAME', what: /"127\.0\.0\.1"/, fix: /hostaddr/ }, { DB_HOST: '127.0.0.1' }],
    ['ipAddress', { code: 'error:TLS_NAME', what: /"localhost"/, fix: /hostaddr/ }],
    [
      'good',
      { code: 'error:TLS_NAME', what: /"localhost\."/, fix: /remove the dot/ },
      { DB_HOST: 'localhost.', PGHOSTADDR: '127.0.0.1' },
    ],
    [
      'wildcard',
      { code: 'error:TLS_NAME', what: /\*\.db\.test/, fix: /set host/ },
      { DB_HOST: 'a.b.db.test', PGHOSTADDR: '127.0.0.1' },
    ],
    [
      'wildcardPartial',
      { code: 'error:TLS_NAME', what: /d\*\.test/, fix: /set host/ },
      { DB_HOST: 'db.test', PGHOSTADDR: '127.0.0.1' },
    ],
    ['nameless', { code: 'error:TLS_NAME', what: /could not get server's host name/, fix: /host/ }],
    ['forClients', { code: 'error:TLS_USAGE', what: /not made for a server/, fix: /serverAuth/ }],
    ['revoked', { code: 'error:TLS_REVOKED', what: /revoked/, fix: /new certificate/ }, { PGSSLCRL: crls.revoking }],
    ['good', { code: 'error:TLS_REVOKED', what: /no current list/, fix: /current CRL/ }, { PGSSLCRL: crls.stale }],
    [
      'good',
      { code: 'error:TLS_ISSUER', what: /Verifull test root/, fix: /CA certificate/ },
      { DB_SSL_CA: otherRoot.certificate },
    ],
    [
      'viaIntermediate',
      { code: 'error:TLS_ISSUER', what: /root "Verifull test root" above it/, fix: /add the certificate of/ },
      { DB_SSL_CA: HIERARCHY.intermediate.certificate },
    ],
  ]

  test.each(SHOWN)('%s %#', async (shown, expected, given) => {
    const { chain: certificate, key } = servers[shown]
    await postgres.setTls({ certificate, key, clientCa: root.certificate })
    const report = await doctor(variables(given))
    expectOnly(report, expected)
    expect(report.servers[0]?.login).toBeUndefined()
    expect(report.servers[0]?.addresses[0]?.chain.length).toBeGreaterThan(0)
  })

  test.each<[string, Parameters<typeof startHostileServer>[0], Expected]>([
    ['a small key', shown('smallKey'), { code: 'error:TLS_WEAK', what: /too weak|weak/, fix: /RSA ≥ 2048|weak/ }],
    ['SHA-1', shown('sha1'), { code: 'error:TLS_WEAK', what: /too weak|weak/, fix: /SHA-256/ }],
    [
      'TLS 1.1 alone',
      shown('good', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }),
      { code: 'error:TLS_HANDSHAKE', what: /neither TLSv1\.2 nor TLSv1\.3/, fix: /ssl_max_protocol_version|OpenSSL/ },
    ],
    [
      'a name that the server does not know',
      { ssl: 'S', tls: alert(112) },
      {
        code: 'error:TLS_HANDSHAKE',
        what: /no certificate for the name that is sent \(SNI\), localhost/,
        fix: /set host to the name/,
      },
    ],
    [
      'no common cipher',
      { ssl: 'S', tls: alert(40) },
      { code: 'error:TLS_HANDSHAKE', what: /no cipher or key exchange group in common/, fix: /ssl_ciphers/ },
    ],
    [
      'no common version, by alert',
      { ssl: 'S', tls: alert(70) },
      { code: 'error:TLS_HANDSHAKE', what: /neither TLSv1\.2 nor TLSv1\.3/, fix: /OpenSSL/ },
    ],
    [
      'a client certificate that is demanded in the handshake',
      { ssl: 'S', tls: alert(116) },
      { code: 'error:TLS_CLIENT_CERTIFICATE', what: /requires a client certificate/, fix: /sslcert and sslkey/ },
    ],
    [
      'a web server behind S',
      { ssl: 'S', tls: { bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') } },
      { code: 'error:TLS_HANDSHAKE', what: /does not speak TLS there/, fix: /./ },
    ],
    [
      'plaintext behind S',
      { ssl: { answer: 'S', extra: Buffer.from('R\0\0\0\x08\0\0\0\0') } },
      { code: 'error:TLS_INJECTION', what: /man in the middle/, fix: /between this machine and the server/ },
    ],
    ['no TLS', { ssl: 'N' }, { code: 'error:TLS_NOT_OFFERED', what: /does not support TLS/, fix: /ssl = on/ }],
  ])('%s', async (_, script, expected) => {
    const server: HostileServer = await startHostileServer(script)
    const report = await doctor(variables({ DB_PORT: String(server.port) }))
    await server.stop()
    expectOnly(report, expected)
  })

  /** A fatal alert of TLS 1.2 (RFC 8446 §6.2). */
  function alert(description: number) {
    return { bytes: Buffer.from([21, 3, 3, 0, 2, 2, description]) }
  }

  function shown(name: keyof typeof servers, more: object = {}) {
    const { chain: certificate, key } = servers[name]
    return { tls: { certificate, key, ...more } }
  }
})

describe('doctor: what the settings demand of TLS → the demand and its source', () => {
  beforeAll(async () => {
    const { chain: certificate, key } = servers.good
    await postgres.setTls({ certificate, key })
  })

  test.each<[string, Readonly<Record<string, string>>, Expected]>([
    [
      'sslcertmode=require without a request',
      { PGSSLCERTMODE: 'require', PGSSLCERT: clients.good.certificate, PGSSLKEY: clients.good.key },
      { code: 'error:TLS_CLIENT_CERTIFICATE', what: /did not request/, fix: /ssl_ca_file/ },
    ],
    [
      'require_auth',
      { PGREQUIREAUTH: 'md5' },
      { code: 'error:AUTH_METHOD', what: /scram-sha-256.*require_auth=md5/, fix: /require_auth/ },
    ],
  ])('%s', async (_, given, expected) => {
    expectOnly(await doctor(variables(given)), expected)
  })

  test('direct negotiation with a server that has no ALPN', async () => {
    const { chain: certificate, key } = servers.good
    const server = await startHostileServer({ tls: { certificate, key, alpn: [] } })
    const report = await doctor(variables({ DB_PORT: String(server.port), PGSSLNEGOTIATION: 'direct' }))
    await server.stop()
    expectOnly(report, {
      code: 'error:TLS_HANDSHAKE',
      what: /did not select the protocol/,
      fix: /sslnegotiation=postgres/,
    })
  })
})

describe('doctor: certificates and keys that cannot be used → the parameter, before any connection', () => {
  test.each<[string, () => Promise<Readonly<Record<string, string>>>, Expected]>([
    [
      'a CA file that is missing',
      async () => ({ DB_SSL_CA: '/nowhere/ca.pem' }),
      { code: 'parameter:sslrootcert', what: /no such file/, fix: /path|PEM/ },
    ],
    [
      'a CA file in DER',
      async () => ({ DB_SSL_CA: file('ca.der', servers.good.der) }),
      { code: 'parameter:sslrootcert', what: /DER/, fix: /openssl x509/ },
    ],
    [
      'a key that others may read',
      async () => ({ PGSSLCERT: clients.good.certificate, PGSSLKEY: file('open.key', clients.good.key, 0o644) }),
      { code: 'parameter:sslkey', what: /open\.key/, fix: /chmod|0600|600/ },
    ],
    [
      'a key of another certificate',
      async () => ({ PGSSLCERT: clients.good.certificate, PGSSLKEY: file('other.key', clients.viaIntermediate.key) }),
      { code: 'parameter:sslkey', what: /does not fit/, fix: /key that this certificate was made for/ },
    ],
    [
      'a key without its certificate',
      async () => ({ PGSSLKEY: file('lone.key', clients.good.key) }),
      { code: 'parameter:sslkey', what: /sslcert is not/, fix: /give both/ },
    ],
    [
      'an encrypted key without its password',
      async () => ({
        PGSSLCERT: clients.good.certificate,
        PGSSLKEY: file('locked.key', await encryptedKey(clients.good.key, CANARY)),
      }),
      { code: 'parameter:sslkey', what: /encrypted/, fix: /sslpassword/ },
    ],
    [
      'an expired client certificate',
      async () => ({ PGSSLCERT: clients.expired.certificate, PGSSLKEY: file('expired.key', clients.expired.key) }),
      { code: 'certificate-invalid', what: /expired on/, fix: /./ },
    ],
    [
      "the server's own certificate as the CA",
      async () => ({ DB_SSL_CA: servers.good.certificate }),
      { code: 'error:TLS_ISSUER', what: /own certificate in place of a CA/, fix: /certificate of the root CA/ },
    ],
    [
      'a key in place of a CA',
      async () => ({ DB_SSL_CA: file('key.pem', clients.good.key) }),
      { code: 'parameter:sslrootcert', what: /PRIVATE KEY/, fix: /certificate/ },
    ],
    [
      'a key in DER',
      async () => ({
        PGSSLCERT: clients.good.certificate,
        PGSSLKEY: file('key.der', derKey(clients.good.key).subarray(0, 40)),
      }),
      { code: 'parameter:sslkey', what: /key\.der/, fix: /./ },
    ],
    [
      'an expired CA',
      async () => ({
        DB_SSL_CA: (await createAuthority({ name: 'Old', notBefore: new Date(0), notAfter: new Date(1e12) }))
          .certificate,
      }),
      { code: 'certificate-invalid', what: /expired on 2001/, fix: /./ },
    ],
  ])('%s', async (_, given, expected) => {
    expectOnly(await doctor(variables(await given())), expected)
  })
})

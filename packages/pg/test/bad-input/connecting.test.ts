import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Settings, secureConfig } from '@verifull/pg'
import { type Answer, type HostileConnection, startDatabase, startHostileServer } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, hierarchy, ca, folder, settings } = database
const { good } = hierarchy.servers
const otherCa = join(folder, 'other.pem')
writeFileSync(otherCa, hierarchy.otherRoot.certificate)

/** Returns the failure of a Pool with these settings: class, code and the whole message. */
async function failure(written: Settings): Promise<string> {
  const pool = new pg.Pool({ ...secureConfig({}, written), min: 0, max: 1 })
  try {
    await pool.query('select 1')
    return 'connected'
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException
    return `${name} ${code}: ${message}`
  } finally {
    await pool.end()
  }
}

const without = (...names: (keyof Settings)[]): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name as keyof Settings)))
const issued = (roots: string) =>
  `TlsError TLS_ISSUER: certificate of localhost:${server.port} is issued by "Verifull test root", which does not lead to a root in sslrootcert (${roots}): the server sent the root "Verifull test root", which is not in it; download the CA certificate of the server and set sslrootcert (DB_SSL_CA) to it; do not disable verification: anyone on the network could read the password`

/** Faults that only the server can show are reported with the cause and the secure fix. */
describe('what cannot be known before the network', () => {
  test('the positive twin connects', async () => {
    expect(await failure(settings)).toBe('connected')
  })

  test('a private CA that is not in the roots: one message for OpenSSL’s four (P1)', async () => {
    expect(await failure({ ...settings, sslrootcert: otherCa })).toBe(issued(otherCa))
  })

  test('NODE_EXTRA_CA_CERTS adds nothing to the roots of a connection (P18)', async () => {
    const environment = { NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: otherCa }
    vi.stubEnv('NODE_EXTRA_CA_CERTS', ca)
    expect(await failure({ ...without('sslrootcert'), environment })).toBe(
      `${issued(`system roots (SSL_CERT_FILE=${otherCa}), 1`)}; NODE_EXTRA_CA_CERTS does not count for databases`,
    )
    vi.unstubAllEnvs()
  })

  test('a tunnel whose end is named instead of the server (P13)', async () => {
    expect(await failure({ ...settings, host: 'bastion.example', hostaddr: '127.0.0.1' })).toBe(
      'TlsError TLS_NAME: server certificate for "db.test" (and 2 other names) does not match host name "bastion.example"; if bastion.example is a tunnel or an alias, set host to a name in the certificate and hostaddr to the address (verification stays on)',
    )
  })

  test('no password, where pg says that it must be a string (P25)', async () => {
    expect(await failure(without('password'))).toBe(
      'CredentialsError CREDENTIALS_MISSING: the server asks for scram-sha-256 authentication and no password is configured; set password, PGPASSWORD, DB_PASSWORD_FILE, a passfile line or secrets',
    )
  })

  test('a server that demands TLS gets it without a word (P5)', async () => {
    const login = { user: 'hostssl_user', password: server.password('hostssl_user') }
    expect(await failure({ ...settings, ...login })).toBe('connected')
  })

  test('a server without TLS (P24)', async () => {
    await server.setTls(false)
    try {
      expect(await failure(settings)).toBe(
        `TlsError TLS_NOT_OFFERED: localhost:${server.port} does not support TLS; turn it on at the server (ssl=on); to a proxy on this machine that does TLS itself, connect with sslmode=disable and plaintext-loopback allowed`,
      )
    } finally {
      await server.setTls({ certificate: good.chain, key: good.key, clientCa: hierarchy.root.certificate })
    }
  })
})

const LIES: readonly (readonly [what: string, answer: Answer, written: Settings, message: string])[] = [
  [
    'a pooler that cannot bind the channel (P20)',
    { scram: { password: settings.password as string, mechanisms: ['SCRAM-SHA-256'] } },
    { channel_binding: 'require' },
    'AuthenticationError AUTH_CHANNEL_BINDING: channel_binding=require (from settings.channel_binding) cannot be met: the server offers SCRAM-SHA-256 only; a pooler or proxy that ends TLS may be in the path: connect to the server itself, or set channel_binding=prefer',
  ],
  [
    'a server that asks for no password',
    'ok',
    { require_auth: 'scram-sha-256' },
    'AuthenticationError AUTH_METHOD: the server did not ask for authentication, and require_auth=scram-sha-256 (from settings.require_auth) does not allow that',
  ],
]

test.each(LIES)('%s is named', async (_what, answer, written, message) => {
  const script: HostileConnection = { tls: { certificate: good.chain, key: good.key }, answers: [answer] }
  const hostile = await startHostileServer(script)
  expect(await failure({ ...settings, port: hostile.port, ...written })).toBe(message)
  await hostile.stop()
})

const GIVEN: readonly (readonly [what: string, given: () => unknown, message: string])[] = [
  [
    'a number',
    () => 42,
    'settings.password gave a number where a password is needed; it must give the password as text',
  ],
  ['null', () => null, 'settings.password gave null where a password is needed; it must give the password as text'],
  [
    'nothing',
    () => {},
    'settings.password gave undefined where a password is needed; it must give the password as text',
  ],
  [
    'an empty string',
    () => '',
    'settings.password gave an empty string where a password is needed; it must give the password as text',
  ],
]

test.each(GIVEN)('a password function that gives %s', async (_what, given, message) => {
  expect(await failure({ ...settings, password: given as () => string })).toBe(
    `CredentialsError CREDENTIALS_INVALID: ${message}`,
  )
})

test('a credentials provider that throws', async () => {
  const secrets = () => Promise.reject(Object.assign(new RangeError('no secret orders'), { code: 'ECONNREFUSED' }))
  expect(await failure({ ...without('password'), secrets })).toBe(
    'CredentialsError CREDENTIALS_PROVIDER: settings.secrets failed to give credentials (RangeError ECONNREFUSED); its message is not shown, as it may quote the secret: log it there',
  )
})

import { once } from 'node:events'
import net from 'node:net'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterEach, describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { groups } from '../../src/tls/groups.ts'
import { type GroupServer, HAS_HYBRID, startGroupServer } from './key-exchange.ts'
import { outcomeOf } from './refusal.ts'

const { root, servers } = await createHierarchy()
const { chain, key } = servers.good

const running: GroupServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

/** Starts a server with those of these groups that this Node supports. */
async function serverWith(list: string, more: { prefersOwn?: boolean; maxVersion?: 'TLSv1.2' } = {}) {
  const server = await startGroupServer({ certificate: chain, key, groups: here(list), ...more })
  running.push(server)
  return server
}

function here(list: string): string {
  if (HAS_HYBRID) return list
  return (
    list
      .split(/[:/]/)
      .filter((group) => !group.includes('MLKEM'))
      .join(':') || 'prime256v1'
  )
}

function settingsFor({ port }: { port: number }, more: Settings = {}): Settings {
  const place = { host: 'db.test', hostaddr: '127.0.0.1', port, user: 'app', sslrootcert: root.certificate }
  return { ...place, policy: 'production', environment: {}, ...more }
}

/** The group of one more connection, and its number of ClientHellos: 2 after a HelloRetryRequest. */
async function connection(server: GroupServer, more: Settings = {}) {
  const { socket, attestation } = await dial(resolveProfile({ settings: settingsFor(server, more) }).profile)
  socket.destroy()
  return [attestation.tls?.group, server.clientHellos()]
}

describe('the key exchange with a server that has', () => {
  type Agreed = readonly [group: string, hellos: number]
  const P256: Agreed = ['prime256v1', 1]
  const HYBRID: Agreed = ['X25519MLKEM768', 1]

  /**
   * A list of the server, then the result of a first and a second connection on Node with hybrid groups and on an older
   * one.
   */
  const ROWS: readonly (readonly [list: string, first: Agreed, second: Agreed, older: readonly [Agreed, Agreed]])[] = [
    ['prime256v1', P256, P256, [P256, P256]],
    ['X25519:prime256v1', P256, P256, [P256, P256]],
    ['X25519MLKEM768:X25519:prime256v1', HYBRID, HYBRID, [P256, P256]],
    ['X25519MLKEM768/X25519:prime256v1', HYBRID, HYBRID, [P256, P256]],
    ['X25519MLKEM768:prime256v1', HYBRID, HYBRID, [P256, P256]],
    ['prime256v1:X25519MLKEM768', HYBRID, HYBRID, [P256, P256]],
    ['X25519MLKEM768', HYBRID, HYBRID, [P256, P256]],
    [
      'X25519',
      ['X25519', 2],
      ['X25519', 1],
      [
        ['X25519', 2],
        ['X25519', 1],
      ],
    ],
    [
      'secp384r1',
      ['secp384r1', 2],
      ['secp384r1', 1],
      [
        ['secp384r1', 2],
        ['secp384r1', 1],
      ],
    ],
  ]

  test.each(ROWS)('%s', async (list, first, second, older) => {
    const server = await serverWith(list)
    const expected = HAS_HYBRID ? [first, second] : older
    // A server prefers a classical group of its own list only if that is first.
    const own = list.startsWith('prime256v1:') ? [P256, P256] : expected
    expect([await connection(server), await connection(server)]).toEqual(own)
  })

  test.each(ROWS)('%s, and heeds the order of the client', async (list, first, second, older) => {
    const server = await serverWith(list, { prefersOwn: false })
    expect([await connection(server), await connection(server)]).toEqual(HAS_HYBRID ? [first, second] : older)
  })

  test.each(['prime256v1', 'X25519', 'secp384r1'])(
    '%s, and is updated → hybrid at the next connection',
    async (list) => {
      const server = await serverWith(list)
      await connection(server)
      server.setGroups(here(`X25519MLKEM768:${list}`))
      expect((await connection(server))[0]).toBe(HAS_HYBRID ? 'X25519MLKEM768' : list)
      server.setGroups(list)
      expect((await connection(server))[0]).toBe(list)
    },
  )

  test('TLS 1.2 alone → a classical group', async () => {
    const server = await serverWith('X25519MLKEM768:prime256v1', { maxVersion: 'TLSv1.2' })
    expect((await connection(server))[0]).toBe('prime256v1')
    expect((await connection(server, { ssl_max_protocol_version: 'TLSv1.2' }))[0]).toBe('prime256v1')
  })
})

const problemsOf = (settings: Settings) => explain({ settings }).problems.map(({ message }) => message)
const DEMANDED = 'keyExchange=hybrid (from settings.keyExchange)'
const NEEDS = `demands X25519MLKEM768, which is post-quantum; it needs PostgreSQL 18 with OpenSSL 3.5 and ssl_groups = 'X25519MLKEM768:X25519:prime256v1', or the like at the pooler or proxy that ends TLS`
const CANNOT = `cannot be met: Node.js ${process.versions.node} with OpenSSL ${process.versions.openssl} has no hybrid key exchange; run Node.js 24.5 or newer (22.20 or newer of 22), whose OpenSSL is 3.5`
const ofThisNode = (said = DEMANDED) => (HAS_HYBRID ? [] : [`${said} ${CANNOT}`])

describe('keyExchange=hybrid', () => {
  test('a Node without hybrid groups → refused at the start, with others it is accepted', () => {
    expect(problemsOf(settingsFor({ port: 1 }, { keyExchange: 'hybrid' }))).toEqual(ofThisNode())
    expect(problemsOf(settingsFor({ port: 1 }, { keyExchange: 'any' }))).toEqual([])
  })

  test.each([
    ['X25519MLKEM768:X25519:prime256v1', 'X25519MLKEM768'],
    ['prime256v1:X25519MLKEM768', 'X25519MLKEM768'],
    ['X25519MLKEM768', 'X25519MLKEM768'],
  ])('a server that has %s → %s, or refused by this Node', async (list, group) => {
    const server = await serverWith(list)
    const agreed = connection(server, { keyExchange: 'hybrid' }).catch((error: Error) => error.message)
    expect(HAS_HYBRID ? (await agreed)[0] : String(await agreed)).toBe(HAS_HYBRID ? group : `${DEMANDED} ${CANNOT}`)
  })

  test.each([
    ['has none', 'X25519:prime256v1', {}, /^ERR_SSL_\S*HANDSHAKE_FAILURE$/],
    [
      'speaks TLS 1.2 only',
      'X25519MLKEM768:prime256v1',
      { maxVersion: 'TLSv1.2' as const },
      /^ERR_SSL_\S*PROTOCOL_VERSION$/,
    ],
  ])('a server that %s → refused, and nothing else is tried', async (_what, list, more, code) => {
    const server = await serverWith(list, more)
    const error = await connection(server, { keyExchange: 'hybrid' }).catch((thrown: NodeJS.ErrnoException) => thrown)
    if (!HAS_HYBRID) {
      expect(error).toMatchObject({ name: 'ConfigurationError' })
    } else {
      expect(error).toMatchObject({
        name: 'TlsError',
        code: 'TLS_KEY_EXCHANGE',
        cause: { code: expect.stringMatching(code) },
      })
      const { message, cause } = error as Error & { cause: { code: string } }
      expect(message).toBe(`db.test:${server.port} refused the handshake (${cause.code}), and ${DEMANDED} ${NEEDS}`)
      expect(server.clientHellos()).toBe(1)
    }
    expect((await connection(server))[0]).toMatch(/^(X25519|prime256v1)$/) // the positive twin: any group is accepted
  })

  test('whatever the handshake agrees on without it → refused', async () => {
    const offered = { keyExchange: { value: 'hybrid', source: 'settings.keyExchange' } } as const
    expect(
      await outcomeOf({ sslrootcert: root.certificate }, { chain, key }, { ecdhCurve: 'prime256v1' }, offered),
    ).toBe(`TLS_KEY_EXCHANGE: db.test:5432 agreed on prime256v1, and ${DEMANDED} ${NEEDS}`)
    if (groups.hybrid === undefined) return
    const hybrid = await outcomeOf(
      { sslrootcert: root.certificate },
      { chain, key },
      { ecdhCurve: groups.hybrid },
      offered,
    )
    expect(hybrid).toBe('accepted')
  })

  test.each([
    ['DB_KEY_EXCHANGE', { environment: { DB_KEY_EXCHANGE: 'hybrid' } }],
    [
      'DB_KEY_EXCHANGE beside settings.keyExchange=any',
      { keyExchange: 'any' as const, environment: { DB_KEY_EXCHANGE: 'hybrid' } },
    ],
  ])('from %s → demanded', (_source, more) => {
    const settings = settingsFor({ port: 1 }, more)
    expect(problemsOf(settings)).toEqual(ofThisNode('keyExchange=hybrid (from DB_KEY_EXCHANGE)'))
    expect(explain({ settings }).settings).toContainEqual({
      parameter: 'keyExchange',
      value: 'hybrid',
      source: 'DB_KEY_EXCHANGE',
      shadows: [],
    })
  })

  test('of the primary → of its replicas as well; of one replica → of that', () => {
    if (HAS_HYBRID) {
      const replicas = [{ host: 'replica.test' }]
      const inherited = resolveProfile({ settings: settingsFor({ port: 1 }, { keyExchange: 'hybrid', replicas }) })
      expect(inherited.replicas[0]?.keyExchange?.value).toBe('hybrid')
      const own = [{ host: 'replica.test', keyExchange: 'hybrid' as const }]
      const { profile, replicas: ofIt } = resolveProfile({ settings: settingsFor({ port: 1 }, { replicas: own }) })
      expect([profile.keyExchange, ofIt[0]?.keyExchange?.source]).toEqual([
        undefined,
        'settings.replicas[0].keyExchange',
      ])
    } else {
      const replicas = [{ host: 'replica.test', keyExchange: 'hybrid' as const }]
      expect(problemsOf(settingsFor({ port: 1 }, { replicas }))).toEqual([expect.stringContaining(CANNOT)])
    }
  })

  test.each(['hybird', 'HYBRID', 'true', 'X25519MLKEM768'])('%s → no value of it', (value) => {
    expect(problemsOf(settingsFor({ port: 1 }, { keyExchange: value as 'hybrid' }))).toEqual([
      expect.stringMatching(/^invalid keyExchange value "\w+" \(from settings\.keyExchange\); /),
    ])
  })

  test('in a URL → told where it belongs', () => {
    const settings = { url: 'postgresql://app@db.test/app?keyExchange=hybrid', environment: {} }
    expect(problemsOf(settings)).toEqual([
      'unknown parameter "keyExchange" (from settings.url); libpq has no such parameter: use settings.keyExchange, or DB_KEY_EXCHANGE',
    ])
  })

  test.each(['disable', 'allow', 'prefer'] as const)('beside sslmode=%s → a contradiction', (sslmode) => {
    const settings = settingsFor({ port: 1 }, { sslmode, keyExchange: 'hybrid', policy: 'development' })
    expect(problemsOf(settings)).toContain(
      `weak sslmode=${sslmode} (from settings.sslmode) may not be used with ${DEMANDED}: plaintext has no key exchange; use verify-full`,
    )
  })

  test('beside ssl_max_protocol_version=TLSv1.2 → a contradiction', () => {
    const settings = settingsFor({ port: 1 }, { keyExchange: 'hybrid', ssl_max_protocol_version: 'TLSv1.2' })
    expect(problemsOf(settings)).toEqual([
      ...ofThisNode(),
      `${DEMANDED} needs TLSv1.3, and ssl_max_protocol_version=TLSv1.2 (from settings.ssl_max_protocol_version) excludes it; remove that setting`,
    ])
  })

  test("on a developer's machine without a mode → verify-full, not the default of that machine", () => {
    const settings = { host: 'localhost', user: 'app', policy: 'development', environment: {} } as const
    expect(explain({ settings }).sslmode.value).toBe('prefer')
    expect(explain({ settings: { ...settings, keyExchange: 'hybrid' } }).sslmode.value).toBe('verify-full')
  })

  test('plaintext that a profile allows anyhow → refused', async () => {
    const listener = net.createServer((socket) => void socket.on('error', () => {}))
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as net.AddressInfo
    const { profile } = resolveProfile({ settings: settingsFor({ port }) })
    const weaker = {
      ...profile,
      attempts: [{ kind: 'plain' }],
      keyExchange: { value: 'hybrid', source: 'test' },
    } as const
    await expect(dial(weaker)).rejects.toMatchObject({ name: 'TlsError', code: 'TLS_KEY_EXCHANGE' })
    listener.close()
  })
})

import diagnostics from 'node:diagnostics_channel'
import { type PostgresServer, startPostgres } from '@verifull/test-harness'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runChecks } from '../../src/checks/run-checks.ts'
import { dial } from '../../src/dial/dial.ts'
import { PolicyError } from '../../src/errors/policy-error.ts'
import type { PolicyEvent } from '../../src/events/policy.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import type { PolicySetting } from '../../src/policy/policy.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'

const { root, servers } = await createHierarchy()
const heard: PolicyEvent[] = []
const hear = (event: unknown) => void heard.push(event as PolicyEvent)
/** The warnings; notes depend on the version of OpenSSL. */
const found = () =>
  heard.flatMap((event) => (event.kind === 'finding' && event.severity === 'warn' ? [event.rule] : []))

let server: PostgresServer
beforeAll(async () => {
  const tls = { certificate: servers.good.chain, key: servers.good.key, clientCa: root.certificate }
  server = await startPostgres({ tls })
  diagnostics.subscribe('verifull:policy', hear)
})
afterAll(async () => {
  diagnostics.unsubscribe('verifull:policy', hear)
  await server.stop()
})
beforeEach(() => {
  heard.length = 0
})

type Login = 'scram_user' | 'md5_user'

function profileFor(user: Login, policy: PolicySetting, changes: Settings = {}) {
  const { port } = server
  const allow = { 'password-in-plain-sight': 'a test', ...policy.allow }
  const { profile } = resolveProfile({
    settings: {
      host: 'localhost',
      port,
      database: 'app',
      user,
      password: server.password(user),
      sslrootcert: root.certificate,
      policy: { ...policy, allow },
      environment: {},
      ...changes,
    },
  })
  heard.length = 0
  return profile
}

async function connected(profile: ReturnType<typeof profileFor>) {
  const { socket } = await dial(profile)
  socket.destroy()
}

const sessions = async (user: Login) =>
  (await server.sql(`select count(*)::int as open from pg_stat_activity where usename = '${user}'`))[0]?.open

describe('sessions of a profile', () => {
  test('a warning about the login → reported with the first session, and not again', async () => {
    const profile = profileFor('md5_user', { use: 'production' })
    for (let i = 0; i < 3; i++) await connected(profile)
    expect(found()).toEqual(['login-md5'])
    expect(heard).toContainEqual(expect.objectContaining({ what: `a login at localhost:${server.port} by md5` }))
  })

  test('nothing to warn of → nothing is reported', async () => {
    await connected(profileFor('scram_user', { use: 'test' }))
    expect(found()).toEqual([])
  })

  test('a refusal → every session is refused and ended, and nothing else is reported', async () => {
    const profile = profileFor('md5_user', { use: 'strict' })
    for (let i = 0; i < 2; i++) {
      const error = await dial(profile).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PolicyError)
      expect(error).toMatchObject({ code: 'POLICY', findings: [{ rule: 'login-md5', severity: 'refuse' }] })
      expect(String(error)).toMatch(
        /a login at localhost:\d+ by md5 is refused by policy strict \(rule login-md5\); set/,
      )
    }
    await expect.poll(() => sessions('md5_user')).toBe('0')
    expect(found()).toEqual([])
  })

  test('the same refusal, allowed by name → a session, and the reason is reported', async () => {
    await connected(profileFor('md5_user', { use: 'strict', allow: { 'login-md5': 'until the role is changed' } }))
    expect(heard).toContainEqual(
      expect.objectContaining({ rule: 'login-md5', severity: 'warn', allowedBecause: 'until the role is changed' }),
    )
  })

  test('a session that becomes worse → judged again', async () => {
    const profile = profileFor('scram_user', { use: 'strict' })
    await connected(profile)
    await server.sql("alter system set ssl_max_protocol_version = 'TLSv1.2'")
    await server.sql("alter system set ssl_ciphers = 'ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA'")
    await server.reload()
    await expect(dial(profile)).rejects.toMatchObject({ findings: [{ rule: 'tls-cipher-weak' }] })
    await server.sql('alter system reset all')
    await server.reload()
    await connected(profile)
  })

  test('a rule of the application about sessions → refuses them', async () => {
    const rules: PolicySetting['rules'] = [
      {
        id: 'own-bound',
        needs: 'session',
        severity: { development: 'refuse' },
        why: 'an example',
        check: ({ authentication }) =>
          authentication.channelBound ? [] : [{ what: 'a login without binding', fix: 'bind it' }],
      },
    ]
    const policy = { use: 'production', rules } as const
    await connected(profileFor('scram_user', policy))
    const unbound = profileFor('scram_user', policy, { channel_binding: 'disable' })
    await expect(dial(unbound)).rejects.toMatchObject({ findings: [{ rule: 'own-bound' }] })
  })

  test('runChecks() → the refusal is in its result, with those about the server', async () => {
    const { refusal, findings } = await runChecks(profileFor('md5_user', { use: 'strict' }))
    expect(refusal?.findings.map(({ rule }) => rule)).toContain('login-md5')
    expect(findings.length).toBeGreaterThan(1)
  })
})

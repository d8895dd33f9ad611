import { inspect } from 'node:util'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { explain, type PolicyError, type Profile, resolveProfile, type Settings } from '../../src/index.ts'
import { tcp } from '../addresses/endpoints.ts'
import { temporaryFile } from '../sources/reading.ts'
import { loginAt, tlsOf } from './doors.ts'

const hierarchy = await createHierarchy()
const PRIMARY = {
  host: 'primary.test',
  port: 7000,
  target_session_attrs: 'read-write',
  user: 'app',
  password: 'kahGh2-eiYo9',
  database: 'orders',
  application_name: 'billing',
  connect_timeout: 5,
  ssl_min_protocol_version: 'TLSv1.3',
  sslrootcert: hierarchy.root.certificate,
  policy: 'production',
  environment: {},
} satisfies Settings

function replicasOf(settings: Settings): readonly Profile[] {
  return resolveProfile({ settings }).replicas
}

async function loginOf(profile: Profile | undefined): Promise<[string | undefined, string | undefined]> {
  const [endpoint] = profile?.endpoints ?? []
  if (!profile || !endpoint) throw new Error('no replica')
  const { user, password } = await loginAt(profile, endpoint)
  return [user, password?.reveal()]
}

describe('replica: settings of the primary', () => {
  test('all but address and target_session_attrs → inherited', () => {
    const { profile, replicas } = resolveProfile({ settings: { ...PRIMARY, replicas: ['replica.test'] } })
    expect(replicas).toHaveLength(1)
    expect(replicas[0]).toMatchObject({
      endpoints: [tcp('replica.test', 5432)],
      targetSessionAttrs: 'any',
      sslmode: profile.sslmode,
      attempts: profile.attempts,
      database: 'orders',
      startup: { application_name: 'billing' },
      connectTimeoutMs: 5000,
      deadlineMs: profile.deadlineMs,
      policy: 'production',
    })
    expect(tlsOf(replicas[0])?.sources.roots).toBe(tlsOf(profile)?.sources.roots)
    expect(profile.targetSessionAttrs).toBe('read-write')
  })

  test('its own values → override them', () => {
    const other = temporaryFile(hierarchy.root.certificate, { name: 'other-ca.crt' })
    const replica = { host: 'replica.test', port: 7001, database: 'archive', sslrootcert: other, connect_timeout: 3 }
    const [profile] = replicasOf({ ...PRIMARY, replicas: [{ ...replica, target_session_attrs: 'standby' }] })
    expect(profile).toMatchObject({
      endpoints: [tcp('replica.test', 7001)],
      targetSessionAttrs: 'standby',
      database: 'archive',
      connectTimeoutMs: 3000,
    })
    expect(tlsOf(profile)?.sources.roots).toBe(other)
  })

  test.each<[string, Settings['replicas'], Settings, [user: string, password: string]]>([
    ['user and password', ['replica.test'], {}, ['app', 'kahGh2-eiYo9']],
    ['the password, with a user of its own', [{ host: 'r', user: 'reader' }], {}, ['reader', 'kahGh2-eiYo9']],
    ['not the password, where its URL has one', ['postgres://reader:eiYo9-kahGh2@r'], {}, ['reader', 'eiYo9-kahGh2']],
    [
      'not the password, where its entry has one',
      [{ host: 'r', password: () => 'from-a-function' }],
      {},
      ['app', 'from-a-function'],
    ],
    [
      'the provider',
      ['r'],
      { password: '', secrets: async () => ({ user: 'dynamic', password: 'leased' }) },
      ['dynamic', 'leased'],
    ],
    [
      'not the provider, where its URL has a password',
      ['postgres://reader:eiYo9-kahGh2@r'],
      { password: '', secrets: async () => ({ user: 'dynamic', password: 'leased' }) },
      ['reader', 'eiYo9-kahGh2'],
    ],
    [
      'not the password, where its entry has a provider',
      [{ host: 'r', secrets: async () => ({ user: 'dynamic', password: 'leased' }) }],
      {},
      ['dynamic', 'leased'],
    ],
  ])('%s', async (_what, replicas, settings, login) => {
    expect(await loginOf(replicasOf({ ...PRIMARY, ...settings, replicas: replicas ?? [] })[0])).toEqual(login)
  })

  test('a file with the user → read for each connection', async () => {
    const path = temporaryFile('from-a-file')
    const { user: _, ...settings } = PRIMARY
    const environment = { DB_USER_FILE: path }
    const replicas = replicasOf({
      ...settings,
      environment,
      replicas: ['one.test', { host: 'two.test', user: 'reader' }],
    })
    expect((await Promise.all(replicas.map(loginOf))).map(([user]) => user)).toEqual(['from-a-file', 'reader'])
  })
})

describe('replica: policy', () => {
  test('a refused replica → named', () => {
    const replicas = ['good.test', { host: 'bad.test', sslmode: 'disable' }] as const
    const { sslrootcert: _, ...settings } = PRIMARY
    const message =
      'replica 2 (from settings.replicas[1]): sslmode=disable (from settings.replicas[1].sslmode) for bad.test:5432 is refused by policy production (rule plaintext-remote); use sslmode=verify-full; plaintext never leaves this machine'
    expect(explain({ settings: { ...settings, replicas } }).accepted).toBe(false)
    expect(() => resolveProfile({ settings: { ...settings, replicas } })).toThrow(message)
    expect(refusal({ ...settings, replicas })).toMatchObject({
      name: 'PolicyError',
      findings: [{ rule: 'plaintext-remote' }],
    })
    expect(replicasOf({ ...settings, replicas: ['good.test', 'bad.test'] })).toHaveLength(2)
  })

  test('plaintext to a local primary and a remote replica → refused for the replica', () => {
    const settings = { ...PRIMARY, host: 'localhost', sslrootcert: '', policy: 'development' } as const
    const { profile, replicas } = resolveProfile({
      settings: { ...settings, replicas: ['localhost:7001', 'away.test'] },
    })
    const modes = [profile, ...replicas].map(({ sslmode }) => sslmode.value)
    expect(modes).toEqual(['prefer', 'prefer', 'verify-full'])
  })

  test('a mode that contradicts the primary’s → refused, naming both', () => {
    const replicas = [{ host: 'replica.test', sslmode: 'disable' }] as const
    const { problems } = explain({ settings: { ...PRIMARY, sslmode: 'verify-full', replicas } })
    expect(problems.map(({ message }) => message)).toEqual([
      'replica 1 (from settings.replicas[0]): sslmode=disable (from settings.replicas[0].sslmode) contradicts sslmode=verify-full (from settings.sslmode); remove one',
    ])
  })
})

describe('explain()', () => {
  test('each replica → its address and the sources of its settings', () => {
    const environment = {
      DATABASE_URL: 'postgres://app:kahGh2-eiYo9@primary.test/orders',
      DATABASE_READ_URL: 'postgres://reader:eiYo9-kahGh2@replica.test/orders',
      DB_READ_REPLICA_HOST: 'another.test',
    }
    const { replicas, settings } = explain({ settings: { environment } })
    expect(replicas).toEqual([
      {
        source: 'DATABASE_READ_URL',
        sslmode: { value: 'verify-full', source: 'default of policy production' },
        endpoints: [{ host: 'replica.test', port: 5432 }],
        attempts: [{ kind: 'tls', verification: 'full' }],
        password: { kind: 'text', source: 'DATABASE_READ_URL' },
        settings: [
          {
            parameter: 'user',
            value: 'reader',
            source: 'DATABASE_READ_URL',
            shadows: [{ value: 'app', source: 'DATABASE_URL' }],
          },
          {
            parameter: 'database',
            value: 'orders',
            source: 'DATABASE_READ_URL',
            shadows: [{ value: 'orders', source: 'DATABASE_URL' }],
          },
          { parameter: 'host', value: 'replica.test', source: 'DATABASE_READ_URL', shadows: [] },
          { parameter: 'password', value: '[secret]', source: 'DATABASE_READ_URL', shadows: [] },
        ],
        roots: expect.stringContaining('system'),
        clientCertificate: undefined,
      },
    ])
    expect(settings).toContainEqual({
      parameter: 'replicas',
      value: '[replicas]',
      source: 'DATABASE_READ_URL',
      shadows: [{ value: '[replicas]', source: 'DB_READ_REPLICA_HOST' }],
    })
  })

  test('no host → none is shown', () => {
    const { accepted, replicas } = explain({ settings: { ...PRIMARY, replicas: [{ port: 7001 }] } })
    expect({ accepted, endpoints: replicas[0]?.endpoints }).toEqual({ accepted: false, endpoints: [] })
  })

  test('a replica’s password → not shown, nor in the profile', () => {
    const replicas = ['postgres://reader:CANARY-1@one.test', { host: 'two.test', password: 'CANARY-2' }]
    const sources = { settings: { ...PRIMARY, replicas } }
    expect(inspect([explain(sources), resolveProfile(sources)], { depth: 20, showHidden: true })).not.toContain(
      'CANARY',
    )
    expect(JSON.stringify([explain(sources), resolveProfile(sources)])).not.toContain('CANARY')
  })
})

function refusal(settings: Settings): PolicyError {
  try {
    resolveProfile({ settings })
  } catch (error) {
    return error as PolicyError
  }
  throw new Error('it was not refused')
}

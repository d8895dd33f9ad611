import { describe, expect, test } from 'vitest'
import type { PolicyName } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { resolve } from '../../src/profile/resolve.ts'

const LOCAL = [
  'localhost',
  'LOCALHOST',
  'db.localhost',
  '127.0.0.1',
  '127.8.9.1',
  '::1',
  '/run/postgresql',
  '@postgres',
]
const REMOTE = ['db.example', '10.0.0.1', '128.0.0.1', '127.0.0.1.example', '::2', 'localhost.example']

function modeOf(policy: PolicyName, settings: Settings): { value: string; source: string } {
  return resolve({ settings: { user: 'app', policy, environment: {}, ...settings } }).primary.sslmode
}

describe('mode: none given', () => {
  test.each<[PolicyName, local: string, remote: string]>([
    ['development', 'prefer', 'verify-full'],
    ['test', 'prefer', 'verify-full'],
    ['staging', 'verify-full', 'verify-full'],
    ['production', 'verify-full', 'verify-full'],
    ['strict', 'verify-full', 'verify-full'],
  ])('%s → %s for local hosts, %s for remote ones', (policy, local, remote) => {
    const source = `default of policy ${policy}`
    for (const host of LOCAL) expect([host, modeOf(policy, { host })]).toEqual([host, { value: local, source }])
    for (const host of REMOTE) expect([host, modeOf(policy, { host })]).toEqual([host, { value: remote, source }])
  })

  test.each<[string, Settings, string]>([
    ['no host is localhost', {}, 'prefer'],
    ['one of two hosts is remote', { host: ['localhost', 'db.example'] }, 'verify-full'],
    ['a remote address behind a local name', { host: 'localhost', hostaddr: '10.0.0.1' }, 'verify-full'],
    ['a local address of a local name', { host: 'localhost', hostaddr: '::1' }, 'prefer'],
    ['a local address alone', { hostaddr: '127.0.0.1' }, 'prefer'],
    ['a local address behind a remote name, a tunnel', { host: 'db.example', hostaddr: '127.0.0.1' }, 'verify-full'],
    ['one of two hosts is a tunnel', { host: 'localhost,db.example', hostaddr: '::1,::1' }, 'verify-full'],
    ['a tunnel to a server of another name', { host: 'localhost', servername: 'db.example' }, 'verify-full'],
    ['the secret may name the host', { secrets: async () => ({ password: 'x' }) }, 'verify-full'],
    ['public roots are asked for', { sslrootcert: 'system' }, 'verify-full'],
    ['the hosts cannot be read', { host: 'localhost', port: 'x' }, 'verify-full'],
  ])('development, %s', (_when, settings, expected) => {
    expect(modeOf('development', settings).value).toBe(expected)
  })

  test('TLS requested without a mode → verify-full, in development too', () => {
    const settings = { user: 'app', policy: 'development' } as const
    expect(resolve({ options: { ssl: true }, settings: { ...settings, environment: {} } }).primary.sslmode).toEqual({
      value: 'verify-full',
      source: 'option ssl=true',
    })
    expect(resolve({ settings: { ...settings, environment: { DB_SSL: 'true' } } }).primary.sslmode).toEqual({
      value: 'verify-full',
      source: 'DB_SSL=true',
    })
  })
})

describe('mode: require and verify-ca', () => {
  test.each<[PolicyName, local: 'kept' | 'raised', remote: 'kept' | 'raised']>([
    ['development', 'kept', 'kept'],
    ['test', 'kept', 'raised'],
    ['staging', 'raised', 'raised'],
    ['production', 'raised', 'raised'],
    ['strict', 'raised', 'raised'],
  ])('%s → %s for local hosts, %s for remote ones', (policy, local, remote) => {
    for (const sslmode of ['require', 'verify-ca'] as const) {
      for (const [host, expected] of [
        ['localhost', local],
        ['db.example', remote],
      ] as const) {
        expect(modeOf(policy, { host, sslmode })).toEqual(
          expected === 'kept'
            ? { value: sslmode, source: 'settings.sslmode' }
            : { value: 'verify-full', source: `settings.sslmode, raised by policy ${policy}` },
        )
      }
    }
  })

  test('raised → reported with the rule’s id', () => {
    const { findings } = resolve({ settings: { user: 'app', sslmode: 'require', environment: {} } })
    expect(findings).toEqual([
      {
        rule: 'verification-raised',
        severity: 'note',
        what: 'sslmode=require (from settings.sslmode) is raised to verify-full by policy production',
        fix: 'write verify-full to silence this',
        message:
          'sslmode=require (from settings.sslmode) is raised to verify-full by policy production (rule verification-raised); write verify-full to silence this',
      },
    ])
  })
})

describe('mode: attempts', () => {
  const tls = (verification: string) => ({ kind: 'tls', verification })
  const plain = { kind: 'plain' }
  test.each([
    ['disable', [plain]],
    ['allow', [plain, tls('none')]],
    ['prefer', [tls('none'), plain]],
    ['require', [tls('none')]],
    ['verify-full', [tls('full')]],
  ] as const)('%s in development, without roots', (sslmode, attempts) => {
    expect(
      resolve({ settings: { user: 'app', sslmode, policy: 'development', environment: {} } }).primary.attempts,
    ).toEqual(attempts)
  })
})

describe('mode: refused before connecting, as in libpq', () => {
  const problems = (settings: Settings) =>
    resolve({ settings: { user: 'app', policy: 'development', environment: {}, ...settings } }).problems.map(
      ({ parameter, message }) => `${parameter}: ${message}`,
    )

  test.each(['disable', 'allow', 'prefer', 'require', 'verify-ca'] as const)(
    'sslrootcert=system with %s',
    (sslmode) => {
      expect(problems({ sslmode, sslrootcert: 'system' })).toEqual([
        `sslmode: weak sslmode=${sslmode} (from settings.sslmode) may not be used with sslrootcert=system (from settings.sslrootcert): anyone can get a certificate from a public CA; use verify-full`,
      ])
    },
  )

  test.each(['disable', 'allow', 'prefer'] as const)('sslnegotiation=direct with %s', (sslmode) => {
    expect(problems({ sslmode, sslnegotiation: 'direct' })).toEqual([
      `sslnegotiation: weak sslmode=${sslmode} (from settings.sslmode) may not be used with sslnegotiation=direct (from settings.sslnegotiation); use require, verify-ca or verify-full`,
    ])
  })

  test('hostaddr alone with verify-full → refused; with host → accepted', () => {
    const message =
      'host: host must be given beside hostaddr 10.0.0.1 for sslmode=verify-full (from settings.sslmode): it is the name that the certificate is checked for'
    expect(problems({ sslmode: 'verify-full', hostaddr: '10.0.0.1' })).toEqual([message])
    expect(problems({ sslmode: 'verify-full', hostaddr: '10.0.0.1', host: 'db.example' })).toEqual([])
    expect(problems({ sslmode: 'verify-full', hostaddr: '10.0.0.1', servername: 'db.example' })).toEqual([])
    expect(problems({ sslmode: 'require', hostaddr: '10.0.0.1' })).toEqual([])
  })

  test('direct and system without a mode → accepted', () => {
    expect(problems({ sslnegotiation: 'direct', sslrootcert: 'system' })).toEqual([])
  })
})

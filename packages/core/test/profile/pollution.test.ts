import { createHierarchy, startHostileServer } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import type { Sources } from '../../src/merge/collect.ts'
import { PARAMETER_NAMES } from '../../src/parameters/parameters.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { tlsOf } from './doors.ts'

/** Property names that sources of settings, and their results on the way to a profile, are read by. */
const NAMES = [
  ...PARAMETER_NAMES,
  ...[
    'settings',
    'options',
    'spelling',
    'environment',
    'url',
    'secrets',
    'servername',
    'keyExchange',
    'tls',
    'policy',
    'pool',
    'replicas',
  ],
  ...['use', 'allow', 'production', 'development', 'plaintext-remote', 'plaintext-loopback', 'password-well-known'],
  ...[
    'ssl',
    'rejectUnauthorized',
    'checkServerIdentity',
    'ca',
    'cert',
    'key',
    'passphrase',
    'crl',
    'minVersion',
    'maxVersion',
  ],
  ...[
    'connectionString',
    'enableChannelBinding',
    'keepAlive',
    'max',
    'min',
    'connectionTimeoutMillis',
    'maxLifetimeSeconds',
  ],
  ...[
    'NODE_ENV',
    'VERIFULL_POLICY',
    'VERIFULL_ALLOW',
    'DATABASE_URL',
    'DB_HOST',
    'DB_SSL',
    'DB_SSL_MODE',
    'DB_PASSWORD',
  ],
  ...[
    'PGSSLMODE',
    'PGHOST',
    'PGSERVICE',
    'PGPASSFILE',
    'HOME',
    'SECRETS_BACKEND',
    'VAULT_ADDR',
    'DB_READ_REPLICA_HOST',
  ],
  ...[
    'values',
    'passwords',
    'userFile',
    'encrypt',
    'verificationOff',
    'ownIdentityCheck',
    'shadowed',
    'problems',
    'findings',
  ],
  ...[
    'variables',
    'home',
    'workingDirectory',
    'address',
    'socketPath',
    'unnamed',
    'fromSecret',
    'path',
    'isNamed',
    'attempts',
    'verification',
  ],
  ...[
    'plaintext',
    'unverified',
    'authentication',
    'exposedPassword',
    'requireAuth',
    'channelBinding',
    'tlsFor',
    'logins',
    'retired',
  ],
  ...[
    'roots',
    'rdsRoots',
    'rootsFallback',
    'homeDirectory',
    'severity',
    'allowedBecause',
    'dotenvFile',
    'login',
    'kind',
  ],
]

/**
 * Values that an attacker who can set a property of every object would use; all but the functions may come from JSON.
 */
const VALUES: readonly unknown[] = [
  'development',
  'disable',
  'evil.example',
  false,
  0,
  [],
  { use: 'development', allow: { 'plaintext-loopback': 'x', 'password-well-known': 'x' } },
  { value: 'disable', source: 'settings.sslmode' },
  { NODE_ENV: 'development', VERIFULL_POLICY: 'development', PGSSLMODE: 'disable', HOME: '/tmp' },
  { rejectUnauthorized: false, host: 'evil.example', sslmode: 'disable' },
  () => undefined,
]

function polluted<T>(name: string, value: unknown, run: () => T): T {
  Object.defineProperty(Object.prototype, name, { value, enumerable: true, configurable: true, writable: true })
  try {
    return run()
  } finally {
    delete (Object.prototype as Record<string, unknown>)[name]
  }
}

/** The decisions as text, so that nothing is read while Object.prototype is polluted. */
function decided(sources: Sources): string {
  const explanation = explain(sources)
  const lines = [JSON.stringify(explanation)]
  if (explanation.accepted) {
    const { profile, pool, replicas } = resolveProfile(sources)
    for (const one of [profile, ...replicas]) lines.push(JSON.stringify(one), String(tlsOf(one)?.sources.roots))
    lines.push(JSON.stringify(pool))
  }
  return lines.join('\n')
}

const CASES: Readonly<Record<string, Sources>> = {
  'settings that are taken': { settings: { host: 'db.example', user: 'app', environment: {} } },
  'the variables of the process': { settings: { host: 'db.example', user: 'app' } },
  'options that are taken': {
    options: { host: 'db.example', user: 'app', ssl: { rejectUnauthorized: true } },
    settings: { environment: {}, policy: { use: 'staging' } },
  },
  'a mode that is refused': { settings: { host: 'db.example', user: 'app', sslmode: 'disable', environment: {} } },
  'a mode that is refused on this machine': {
    settings: { user: 'app', sslmode: 'disable', environment: {}, policy: { use: 'production', allow: {} } },
  },
  'verification that is off': {
    options: { host: 'db.example', user: 'app', ssl: { rejectUnauthorized: false } },
    settings: { environment: {} },
  },
  'a password that is refused': {
    settings: { host: 'db.example', user: 'app', password: 'postgres', environment: {}, replicas: ['db2.example'] },
  },
}

test('the connection itself → to the host of the profile, verified', async () => {
  const { servers, root } = await createHierarchy()
  const server = await startHostileServer({ tls: { certificate: servers.good.chain, key: servers.good.key } })
  const settings = { host: 'localhost', port: server.port, user: 'app', sslrootcert: root.certificate, environment: {} }
  const profile = resolveProfile({ settings }).profile
  const evil = { path: '/tmp/evil', socketPath: '/tmp/evil', address: 'evil.example', ca: '', kind: 'socket' }
  for (const [name, value] of Object.entries(evil)) {
    Object.defineProperty(Object.prototype, name, { value, enumerable: true, configurable: true, writable: true })
  }
  try {
    const { socket, attestation } = await dial(profile)
    socket.destroy()
    expect(attestation).toMatchObject({ host: 'localhost', port: server.port, tls: { verification: 'full' } })
  } finally {
    for (const name of Object.keys(evil)) delete (Object.prototype as Record<string, unknown>)[name]
  }
  await server.stop()
})

describe('a profile', () => {
  test('every part that is data → frozen', () => {
    const { profile } = resolveProfile({
      settings: {
        host: 'db.example,db2.example',
        user: 'app',
        application_name: 'x',
        require_auth: 'scram-sha-256',
        environment: { DB_PASSWORD: 'kahGh2-eiYo9' },
      },
    })
    const { endpoints, sslmode, attempts, authentication, startup, keepAlive, sslcertmode, findings } = profile
    const parts = [profile, endpoints, ...endpoints, sslmode, attempts, ...attempts, authentication, startup, keepAlive]
    const more = [sslcertmode, findings, ...findings, authentication.requireAuth, authentication.requireAuth?.allowed]
    for (const part of [...parts, ...more]) expect(Object.isFrozen(part)).toBe(true)
    expect(findings).not.toEqual([])
    const { allowed } = authentication.requireAuth ?? {}
    expect(() => (allowed as Set<string>).add('password')).toThrow(TypeError)
    expect(allowed).toEqual(new Set(['scram-sha-256']))
    expect(() => Object.assign(attempts[0] ?? {}, { verification: 'none' })).toThrow(TypeError)
  })
})

describe.each(Object.entries(CASES))('properties of Object.prototype beside %s', (_what, sources) => {
  test.each(NAMES)('%s → nothing changes', (name) => {
    const before = decided(sources)
    for (const value of VALUES) expect([value, polluted(name, value, () => decided(sources))]).toEqual([value, before])
  })
})

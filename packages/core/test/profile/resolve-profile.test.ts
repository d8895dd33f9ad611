import { describe, expect, test } from 'vitest'
import {
  ConfigurationError,
  explain,
  PolicyError,
  poolLimits,
  poolSizeFor,
  resolveProfile,
  VerifullError,
} from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { tcp } from '../addresses/endpoints.ts'
import { DEFAULTS } from './defaults.ts'
import { tlsOf } from './doors.ts'

const base = { user: 'app', password: 'kahGh2-eiYo9', host: 'db.example', environment: {} } satisfies Settings

describe('resolveProfile', () => {
  test('no settings → libpq’s defaults, made secure', () => {
    const { profile } = resolveProfile({ settings: base })
    const functions = { judge: undefined, judgeSession: undefined, tlsFor: undefined }
    expect({ ...profile, ...functions, logins: undefined, lifetime: undefined }).toEqual({
      ...DEFAULTS,
      endpoints: [tcp('db.example', 5432)],
      user: 'app',
      sslmode: { value: 'verify-full', source: 'default of policy production' },
      attempts: [{ kind: 'tls', verification: 'full' }],
      tlsFor: undefined,
      findings: expect.any(Array),
      logins: undefined,
      lifetime: undefined,
      judge: undefined,
    })
    expect(Object.isFrozen(profile)).toBe(true)
  })

  test('settings → in the profile', () => {
    const settings: Settings = {
      ...base,
      host: ['a.example', 'b.example'],
      port: [1, 2],
      database: 'orders',
      policy: 'development',
      sslmode: 'require',
      sslnegotiation: 'direct',
      sslsni: false,
      sslcertmode: 'disable',
      channel_binding: 'require',
      require_auth: 'scram-sha-256',
      requirepeer: 'postgres',
      target_session_attrs: 'primary',
      load_balance_hosts: 'random',
      application_name: 'billing',
      fallback_application_name: 'unused',
      options: '-c search_path=app',
      client_encoding: 'UTF8',
      replication: 'database',
      keepalives: false,
      keepalives_idle: 30,
      connect_timeout: 5,
    }
    expect(resolveProfile({ settings }).profile).toMatchObject({
      endpoints: [tcp('a.example', 1), tcp('b.example', 2)],
      attempts: [{ kind: 'tls', verification: 'none' }],
      sslnegotiation: 'direct',
      sslsni: false,
      sslcertmode: { value: 'disable', source: 'settings.sslcertmode' },
      authentication: {
        channelBinding: { value: 'require', source: 'settings.channel_binding' },
        requireAuth: { allowed: new Set(['scram-sha-256']) },
        exposedPassword: 'encrypted',
      },
      plaintext: 'anywhere',
      requirepeer: { value: 'postgres', source: 'settings.requirepeer' },
      database: 'orders',
      targetSessionAttrs: 'primary',
      loadBalanceHosts: 'random',
      startup: {
        application_name: 'billing',
        options: '-c search_path=app',
        client_encoding: 'UTF8',
        replication: 'database',
      },
      connectTimeoutMs: 5_000,
      keepAlive: { enabled: false, idleMs: 30_000 },
    })
  })

  test('no attempt with TLS → no TLS material is loaded', () => {
    const settings = {
      ...base,
      host: 'localhost',
      sslmode: 'disable',
      sslrootcert: '/nowhere',
      policy: 'development',
    } as const
    expect(tlsOf(resolveProfile({ settings }).profile)).toBeUndefined()
  })

  test('other options → in rest; the given object → unchanged', () => {
    const options = Object.freeze({ host: 'db.example', max: 5, types: {}, ssl: Object.freeze({}) })
    const { host: _host, ...settings } = base
    expect(resolveProfile({ options, settings }).rest).toEqual({ types: {} })
  })
})

describe('resolveProfile: refusals', () => {
  test('the policy alone → PolicyError; anything else → ConfigurationError with both', () => {
    const options = { ssl: { rejectUnauthorized: false } }
    const refused = (settings: Settings) => {
      try {
        resolveProfile({ options, settings })
      } catch (error) {
        return error
      }
    }
    const byPolicy = refused(base)
    expect(byPolicy).toBeInstanceOf(PolicyError)
    expect(byPolicy).toMatchObject({
      name: 'PolicyError',
      code: 'POLICY',
      findings: [{ rule: 'verification-off', severity: 'refuse' }],
    })
    const both = refused({ ...base, port: 'x' })
    expect(both).toBeInstanceOf(ConfigurationError)
    expect(both).toMatchObject({
      name: 'ConfigurationError',
      code: 'CONFIGURATION',
      problems: [{ parameter: 'port' }, { rule: 'verification-off' }],
    })
    expect([byPolicy, both].every(VerifullError.isInstance)).toBe(true)
  })

  test('with warnings → explain() has both', () => {
    const { findings } = explain({ settings: { ...base, sslmode: 'disable' } })
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'refuse plaintext-remote',
      'warn password-in-plain-sight',
    ])
  })
})

describe('pool limits', () => {
  test('each policy → its limits', () => {
    expect((['development', 'test', 'staging', 'production', 'strict'] as const).map(poolLimits)).toEqual([
      { min: 2, max: 5 },
      { min: 1, max: 3 },
      { min: 5, max: 20 },
      { min: 10, max: 50 },
      { min: 10, max: 50 },
    ])
  })

  test.each([
    [100, 4, 20],
    [100, 3, 26],
    [10, 100, 1],
  ])('%i connections for %i instances → %i each', (maxConnections, instances, size) => {
    expect(poolSizeFor({ maxConnections, instances })).toBe(size)
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explain, resolveProfile, verifyConnection } from '@verifull/pg'
import { manInTheMiddle, startDatabase, startHostileServer } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, hierarchy, settings, folder, ca } = database

describe('explain()', () => {
  test('of a typical production environment', () => {
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://app:kahGh2-eiYo9@db.example/orders?sslmode=require',
      DB_SSL_CA: ca,
      PGAPPNAME: 'billing',
      PGPASSWORD: 'eiYo9-kahGh2',
    }
    expect(explain({ options: { max: 20 }, settings: { environment } })).toEqual({
      accepted: true,
      policy: { name: 'production', source: 'NODE_ENV' },
      sslmode: { value: 'verify-full', source: 'DATABASE_URL, raised by policy production' },
      endpoints: [{ host: 'db.example', port: 5432 }],
      attempts: [{ kind: 'tls', verification: 'full' }],
      settings: [
        { parameter: 'user', value: 'app', source: 'DATABASE_URL', shadows: [] },
        { parameter: 'database', value: 'orders', source: 'DATABASE_URL', shadows: [] },
        { parameter: 'host', value: 'db.example', source: 'DATABASE_URL', shadows: [] },
        { parameter: 'application_name', value: 'billing', source: 'PGAPPNAME', shadows: [] },
        { parameter: 'sslmode', value: 'require', source: 'DATABASE_URL', shadows: [] },
        { parameter: 'sslrootcert', value: ca, source: 'DB_SSL_CA', shadows: [] },
        {
          parameter: 'password',
          value: '[secret]',
          source: 'DATABASE_URL',
          shadows: [{ value: '[secret]', source: 'PGPASSWORD' }],
        },
      ],
      roots: ca,
      clientCertificate: undefined,
      password: { kind: 'text', source: 'DATABASE_URL' },
      problems: [],
      findings: [
        {
          rule: 'verification-raised',
          severity: 'note',
          what: 'sslmode=require (from DATABASE_URL) is raised to verify-full by policy production',
          fix: 'write verify-full: other tools that read this URL may connect without verification, as pg does from its next major version on',
          message:
            'sslmode=require (from DATABASE_URL) is raised to verify-full by policy production (rule verification-raised); write verify-full: other tools that read this URL may connect without verification, as pg does from its next major version on',
        },
        {
          rule: 'password-in-plain-sight',
          severity: 'warn',
          what: 'a password in plain sight (from DATABASE_URL)',
          fix: 'use DB_PASSWORD_FILE, a passfile or a secret store',
          message:
            'a password in plain sight (from DATABASE_URL) (rule password-in-plain-sight); use DB_PASSWORD_FILE, a passfile or a secret store',
        },
      ],
      replicas: [],
    })
  })

  test('of development towards this machine, with nothing said', () => {
    expect(explain({ settings: { user: 'app', environment: { NODE_ENV: 'development' } } })).toEqual({
      accepted: true,
      policy: { name: 'development', source: 'NODE_ENV' },
      sslmode: { value: 'prefer', source: 'default of policy development' },
      endpoints: [{ host: 'localhost', port: 5432 }],
      attempts: [{ kind: 'tls', verification: 'none' }, { kind: 'plain' }],
      settings: [{ parameter: 'user', value: 'app', source: 'settings.user', shadows: [] }],
      roots: 'none',
      clientCertificate: undefined,
      problems: [],
      findings: [
        {
          rule: 'unverified',
          severity: 'warn',
          what: 'sslmode=prefer (from default of policy development) does not verify who the server is',
          fix: 'use sslmode=verify-full',
          message:
            'sslmode=prefer (from default of policy development) does not verify who the server is (rule unverified); use sslmode=verify-full',
        },
      ],
      replicas: [],
    })
  })

  test('of settings that are refused: it tells and does not throw', () => {
    const environment = { PGSSLMODE: 'disable', PGHOST: 'db.example', PGUSER: 'app', PGPORT: 'x' }
    expect(explain({ settings: { environment } })).toMatchObject({
      accepted: false,
      policy: { name: 'production', source: 'default' },
      sslmode: { value: 'disable', source: 'PGSSLMODE' },
      endpoints: [],
      attempts: [{ kind: 'plain' }],
      roots: undefined,
      problems: [
        {
          parameter: 'port',
          severity: 'refuse',
          message: 'invalid port value "x" (from PGPORT); it must be an integer from 1 to 65535',
        },
      ],
    })
  })

  test('of a client certificate and a relaxed rule', async () => {
    const { chain, key } = hierarchy.clients.good
    const sslcert = join(folder, 'client.crt')
    writeFileSync(sslcert, chain)
    const policy = { use: 'staging', allow: { 'password-well-known': 'a throw-away database' } } as const
    const { clientCertificate, findings } = explain({
      settings: { ...settings, password: 'postgres', sslcert, sslkey: key, policy },
    })
    expect(clientCertificate).toBe(sslcert)
    expect(findings.slice(0, 1)).toEqual([
      {
        rule: 'password-well-known',
        severity: 'warn',
        what: 'a well-known default password (from settings.password)',
        fix: 'set a random one of 24 characters or more',
        message: 'a well-known default password (from settings.password), allowed by name: a throw-away database',
        allowedBecause: 'a throw-away database',
      },
    ])
  })

  test('of two URLs: only the stronger is read, and the other is shown as such', () => {
    const environment = { DATABASE_URL: 'postgres://other:eiYo9@db2.example/app' }
    const { endpoints, settings: held } = explain({ settings: { url: 'postgres://app@db1.example/app', environment } })
    expect(endpoints).toEqual([{ host: 'db1.example', port: 5432 }])
    expect(held.map(({ parameter, value }) => [parameter, value])).toEqual([
      ['user', 'app'],
      ['database', 'app'],
      ['host', 'db1.example'],
      ['url', '[url]'],
    ])
    expect(held.at(-1)).toEqual({
      parameter: 'url',
      value: '[url]',
      source: 'settings.url',
      shadows: [{ value: '[url]', source: 'DATABASE_URL' }],
    })
  })
})

/** AuthenticationOk and ReadyForQuery. */
const READY = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])

describe('verifyConnection()', () => {
  const profileOf = (port: number, sslrootcert = ca) =>
    resolveProfile({ settings: { ...settings, port, sslrootcert } }).profile

  test('tells what each side sees', async () => {
    const { attestation, server: seen, findings } = await verifyConnection(profileOf(server.port))
    expect(findings.map(({ rule }) => rule)).toContain('key-exchange-classical')
    expect(attestation).toMatchObject({
      host: 'localhost',
      port: server.port,
      user: 'scram_user',
      encrypted: true,
      tls: { verification: 'full', alpn: 'postgresql' },
      authentication: { method: 'scram-sha-256', channelBound: true },
      failedAttempts: [],
    })
    expect(seen).toEqual({
      version: server.version,
      user: 'scram_user',
      database: 'app',
      superuser: false,
      encrypted: true,
      protocol: attestation.tls?.protocol,
      cipher: attestation.tls?.cipher,
      clientCertificate: undefined,
    })
  })

  test('tells of a proxy that ends TLS and goes on in plaintext', async () => {
    const { chain, key } = hierarchy.servers.good
    const proxy = await manInTheMiddle({ to: server, certificate: chain, key, upstream: 'plaintext' })
    const pooler = resolveProfile({ settings: { ...settings, port: proxy.port, channel_binding: 'disable' } }).profile
    await expect(verifyConnection(pooler)).rejects.toMatchObject({
      name: 'PolicyError',
      findings: [{ rule: 'plaintext-behind-proxy', severity: 'refuse' }],
      message: expect.stringContaining(
        `the connection to localhost:${proxy.port}, which is encrypted up to a proxy or pooler and plaintext behind it, is refused by policy production (rule plaintext-behind-proxy); configure TLS on the proxy's own connection (PgBouncer: server_tls_sslmode=verify-full)`,
      ),
    })
    await proxy.stop()
  })

  test('a proxy with a certificate of the same CA is found out by channel binding: the server refuses', async () => {
    const { chain, key } = hierarchy.servers.viaIntermediate
    const proxy = await manInTheMiddle({ to: server, certificate: chain, key })
    await expect(verifyConnection(profileOf(proxy.port))).rejects.toMatchObject({
      name: 'ServerError',
      code: '28000',
      message: 'SCRAM channel binding check failed',
    })
    await proxy.stop()
  })

  test('ends within its deadline where the server lets it in and then falls silent', async () => {
    const { chain, key } = hierarchy.servers.good
    const silent = await startHostileServer({
      tls: { certificate: chain, key },
      answers: [{ bytes: READY }, 'silence'],
    })
    const profile = resolveProfile({
      settings: { ...settings, port: silent.port, pool: { connectionTimeoutMillis: 800 } },
    }).profile
    await expect(verifyConnection(profile)).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: 'timeout expired: the server did not answer a query about the connection',
    })
    await silent.allClosed()
    await silent.stop()
  })

  test('stops when it is told to', async () => {
    await expect(verifyConnection(profileOf(server.port), AbortSignal.abort(new Error('no more')))).rejects.toThrow(
      'no more',
    )
  })
})

import { setTimeout as pause } from 'node:timers/promises'
import { type CredentialsError, vaultKvTls, vaultPki } from '@verifull/core'
import { type OpenBao, startOpenBao, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connection, underLoad, useProvidedTls } from './tls-provider-fixture.ts'

const HAVE_BAO = (await storesHere(['bao'])).length > 0
const { database, kinds, poolOf, server, warnings } = await useProvidedTls()

describe.runIf(HAVE_BAO)('certificates that OpenBao issues', () => {
  let bao: OpenBao
  let pkiRoot: string
  beforeAll(async () => {
    bao = await startOpenBao()
    await bao.api('POST', 'sys/mounts/pki', { type: 'pki', config: { max_lease_ttl: '87600h' } })
    const { data } = await bao.api('POST', 'pki/root/generate/internal', {
      common_name: 'OpenBao test root',
      key_type: 'ec',
      ttl: '87600h',
    })
    pkiRoot = String(data?.certificate)
    const names = { allowed_domains: 'cert_user', allow_bare_domains: true, enforce_hostnames: false }
    await bao.api('POST', 'pki/roles/orders', { ...names, key_type: 'ec', server_flag: false, max_ttl: '24h' })
    await bao.api('POST', 'secret/data/ca', { data: { ca: database.hierarchy.root.certificate } })
    await server('root', pkiRoot)
  })
  afterEach(() => bao.fail(undefined))
  afterAll(async () => {
    await server('root')
    await bao?.stop()
  })

  const vault = () => ({ address: bao.url, auth: { method: 'token', token: bao.rootToken } as const })
  const pki = (more: Partial<Parameters<typeof vaultPki>[0]> = {}) =>
    vaultPki({ ...vault(), role: 'orders', commonName: 'cert_user', serverCa: { path: 'secret/ca' }, ...more }, {})
  const issued = (from = 0) => bao.requests.slice(from).filter(({ what }) => what.includes('pki/issue')).length

  test('a cold pool of 30 has one issued, and the server knows who it is', async () => {
    const before = bao.requests.length
    const pool = poolOf({ user: 'cert_user', tls: pki({ ttl: '1h' }) }, 30)
    const question = 'select client_dn as seen, pg_sleep(0.1) from pg_stat_ssl where pid = pg_backend_pid()'
    const seen = await Promise.all(Array.from({ length: 30 }, () => connection(pool, question)))
    expect(new Set(seen)).toEqual(new Set(['/CN=cert_user']))
    expect(issued(before)).toBe(1)
    await pool.end()
  })

  test('roll over under load with no failed checkout: the next is there before the last has ended', async () => {
    const before = bao.requests.length
    const pool = poolOf({ user: 'cert_user', tls: pki({ ttl: '6s' }) })
    const { count, failures, serials } = await underLoad(pool, () => pause(16_000))
    expect(failures).toEqual([])
    expect(count).toBeGreaterThan(20)
    expect(serials.size).toBeGreaterThanOrEqual(3)
    expect(issued(before)).toBeLessThanOrEqual(8)
    expect(kinds()).toEqual(Array(issued(before) - 1).fill('reloaded'))
    await pool.end()
  })

  test('while the store is down the last one is used to its end, and then the error says what is wrong', async () => {
    const pool = poolOf({ user: 'cert_user', tls: pki({ ttl: '8s' }) })
    await connection(pool)
    bao.fail('down')
    const outage = await underLoad(pool, () => pause(4000))
    expect(outage.failures).toEqual([])
    expect(outage.serials.size).toBe(1)
    await pause(5000)
    const error = await connection(pool).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true })
    expect((error as CredentialsError).message).toMatch(/of Vault|settings\.tls gave no TLS material within 8 s/)
    bao.fail(undefined)
    await expect.poll(() => connection(pool).catch(() => 'not yet'), { timeout: 20_000 }).toMatch(/^\d+$/)
    expect(warnings.filter(({ code }) => code === 'VERIFULL_TLS_RELOAD')).toEqual([])
    await pool.end()
  })

  test('a name that the role does not allow is refused by the store, and said with the path', async () => {
    const pool = poolOf({ user: 'cert_user', tls: pki({ commonName: 'postgres' }) })
    await expect(connection(pool)).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: expect.stringMatching(
        /^secret "pki\/issue\/orders" of Vault cannot be read: the request was rejected \(HTTP 400\)/,
      ),
    })
    const missing = poolOf({ user: 'cert_user', tls: pki({ serverCa: { path: 'secret/ca', key: 'absent' } }) })
    await expect(connection(missing)).rejects.toThrow('secret "secret/ca" of Vault has no field "absent"; add it')
    await Promise.all([pool.end(), missing.end()])
    expect(() => pki({ commonName: '' })).toThrow(/^vaultPki needs commonName; give it$/)
  })

  test('of the engine itself are trusted as a server where that is said', async () => {
    await bao.api('POST', 'pki/roles/servers', {
      allowed_domains: 'localhost',
      allow_bare_domains: true,
      allow_localhost: true,
      key_type: 'ec',
    })
    const { data } = await bao.api('POST', 'pki/issue/servers', { common_name: 'localhost', ttl: '1h' })
    await database.server.setTls({
      certificate: String(data?.certificate),
      key: String(data?.private_key),
      clientCa: pkiRoot,
    })
    const pool = poolOf({ user: 'cert_user', tls: pki({ serverCa: 'issuer' }) })
    expect(await connection(pool)).toMatch(/^\d+$/)
    const other = poolOf({ user: 'cert_user', tls: pki() })
    await expect(connection(other)).rejects.toMatchObject({ code: 'TLS_ISSUER' })
    await server('root', pkiRoot)
    await Promise.all([pool.end(), other.end()])
  })

  test('and the CA alone, from the key-value engine, beside a password', async () => {
    const pool = poolOf({
      password: database.server.password('scram_user'),
      tls: vaultKvTls({ ...vault(), path: 'secret/ca' }, {}),
    })
    expect(await connection(pool, 'select ssl::text as seen from pg_stat_ssl where pid = pg_backend_pid()')).toBe(
      'true',
    )
    await pool.end()
  })
})

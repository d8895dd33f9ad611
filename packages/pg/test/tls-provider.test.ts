import { randomUUID, X509Certificate } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { awsSecretsManagerTls, type CredentialsError, vaultKvTls, vaultPki } from '@verifull/core'
import { explain, type ProvidedTls, resolveProfile, type Settings, secureConfig, verifyConnection } from '@verifull/pg'
import { type Database, listenerOf, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Moto, startMoto } from '../../../test-harness/src/stores/moto.ts'
import { type OpenBao, startOpenBao } from '../../../test-harness/src/stores/openbao.ts'
import { storesHere } from '../../../test-harness/src/stores/programs.ts'

const HERE = await storesHere(['bao', 'moto_server'])
const WORKERS = 8

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

/** What the library says of TLS material while a test runs. */
const listener = listenerOf<{ kind: string }>('verifull:tls')
const { events: said, warnings } = listener
beforeEach(() => listener.start())
afterEach(() => listener.stop())
const kinds = () => said.map(({ kind }) => kind)

function poolOf(written: Settings, max = WORKERS): pg.Pool {
  const { password: _password, sslrootcert: _ca, ...rest } = database.settings
  return new pg.Pool(secureConfig({ min: 0, max }, { ...rest, ...written }))
}

const ca = () => ({ sslrootcert: database.ca })
const SERIAL = 'select client_serial::text as seen from pg_stat_ssl where pid = pg_backend_pid()'

/** A new connection's answer, as the server sees it. */
async function connection(pool: pg.Pool, question = SERIAL): Promise<string> {
  const client = await pool.connect()
  const { rows } = await client.query(question)
  client.release(true)
  return String(rows[0].seen)
}

/** Has workers open one connection after the other until `work` is done. */
async function underLoad(pool: pg.Pool, work: () => Promise<unknown>) {
  const seen: string[] = []
  const failures: unknown[] = []
  let over = false
  const worker = async () => {
    while (!over) {
      try {
        seen.push(await connection(pool))
      } catch (error) {
        failures.push(error)
        await pause(50)
      }
    }
  }
  const workers = Array.from({ length: WORKERS }, worker)
  await work().finally(() => {
    over = true
  })
  await Promise.all(workers)
  return { count: seen.length, serials: new Set(seen), failures: failures.map((error) => (error as Error).message) }
}

const serialOf = (pem: string) => BigInt(`0x${new X509Certificate(pem).serialNumber}`).toString()
const server = (by: 'root' | 'otherRoot', clientCa = database.hierarchy.root.certificate) => {
  const { good, wrongAuthority } = database.hierarchy.servers
  const { chain, key } = by === 'root' ? good : wrongAuthority
  return database.server.setTls({ certificate: chain, key, clientCa })
}

describe('a provider of our own', () => {
  test('gives a certificate that a server does not take any more: the next one is fetched at once, nobody notices', async () => {
    const { root, otherRoot } = database.hierarchy
    const [one, two] = await Promise.all(
      [root, otherRoot].map((issuer) => issuer.issue({ usage: 'client', commonName: 'cert_user' })),
    )
    if (!one || !two) throw new Error('two certificates were issued')
    let fetches = 0
    let current = one
    const tls = async () => {
      fetches++
      return { sslcert: current.chain, sslkey: current.key }
    }
    const pool = poolOf({ ...ca(), user: 'cert_user', tls })
    const stays = await pool.connect()
    const { failures, serials } = await underLoad(pool, async () => {
      await pause(300)
      current = two
      await server('root', otherRoot.certificate)
      await pause(1500)
    })
    await server('root')
    expect(failures).toEqual([])
    expect(serials).toEqual(new Set([serialOf(one.certificate), serialOf(two.certificate)]))
    expect(fetches).toBe(2)
    expect(kinds()).toEqual(['reloaded'])
    expect((await stays.query(SERIAL)).rows).toEqual([{ seen: serialOf(one.certificate) }])
    stays.release()
    await pool.end()
  })

  test('whose roots no server fits is asked once more, however many want in, and the server is refused', async () => {
    let fetches = 0
    const tls = async () => {
      fetches++
      return { sslrootcert: database.hierarchy.otherRoot.certificate }
    }
    const pool = poolOf({ tls, password: database.server.password('scram_user') }, 20)
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => connection(pool)))
    const codes = outcomes.map((one) => one.status === 'rejected' && one.reason.code)
    expect(codes).toEqual(Array(20).fill('TLS_ISSUER'))
    expect(fetches).toBe(2)
    await pool.end()
  })

  test('is not asked where there is no TLS, and verifyConnection and explain know it', async () => {
    let fetches = 0
    const issued = await database.hierarchy.root.issue({ usage: 'client', commonName: 'cert_user' })
    const tls = async (): Promise<ProvidedTls> => {
      fetches++
      return { sslrootcert: database.hierarchy.root.certificate, sslcert: issued.chain, sslkey: issued.key }
    }
    const { password: _password, sslrootcert: _ca, ...rest } = database.settings
    const settings = { ...rest, user: 'cert_user', tls }
    expect(explain({ settings })).toMatchObject({ accepted: true, clientCertificate: 'what settings.tls gives' })
    const { profile } = resolveProfile({ settings })
    expect(fetches).toBe(0)
    const { server: seen, attestation } = await verifyConnection(profile)
    expect(seen).toMatchObject({
      user: 'cert_user',
      encrypted: true,
      clientCertificate: expect.stringContaining('CN=cert_user'),
    })
    expect(attestation.tls).toMatchObject({ verification: 'full', clientCertificate: true })
    expect(fetches).toBe(1)
    const middle = issued.key.split('\n')[2] ?? 'no key'
    const shown = inspect([profile, attestation, said], { depth: Infinity, showHidden: true, getters: true })
    expect(shown).not.toContain(middle)
    expect(JSON.stringify([profile, attestation])).not.toContain(middle)
  })
})

describe.runIf(HERE.includes('bao'))('certificates that OpenBao issues', () => {
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
      message: expect.stringMatching(/^secret "pki\/issue\/orders" of Vault cannot be asked for \(400\)/),
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

describe.runIf(HERE.includes('moto_server'))('a secret of AWS Secrets Manager', () => {
  let moto: Moto
  const before = { ...process.env }
  beforeAll(async () => {
    moto = await startMoto()
    Object.assign(process.env, moto.environment)
  })
  afterEach(() => moto.fail(undefined))
  afterAll(async () => {
    process.env = before
    await moto?.stop()
  })

  async function secret(content: object | string) {
    const Name = `tls/${randomUUID()}`
    const text = (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(value))
    const token = () => ({ ClientRequestToken: randomUUID() })
    await moto.secretsManager('CreateSecret', { Name, SecretString: text(content), ...token() })
    return {
      tls: awsSecretsManagerTls({ secretId: Name }),
      put: (value: object | string) =>
        moto.secretsManager('PutSecretValue', { SecretId: Name, SecretString: text(value), ...token() }),
    }
  }
  const fetches = () => moto.requests.filter(({ what }) => what.includes('GetSecretValue')).length

  test('with the CA: it rolls over under load, old and new together and then new alone, with no failed checkout', async () => {
    const { root, otherRoot } = database.hierarchy
    const { tls, put } = await secret({ ca: root.certificate })
    const earlier = fetches()
    const pool = poolOf({ tls, password: database.server.password('scram_user') })
    const stays = await pool.connect()
    const { failures, count } = await underLoad(pool, async () => {
      await pause(300)
      await put({ ca: root.certificate + otherRoot.certificate })
      await pause(300)
      // the answer that is kept has the old CA alone: the doubt brings the new one
      await server('otherRoot')
      await pause(1000)
      await put({ ca: otherRoot.certificate })
      await pause(500)
    })
    expect(failures).toEqual([])
    expect(count).toBeGreaterThan(10)
    expect(fetches() - earlier).toBe(2)
    expect((await stays.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    stays.release()
    const fresh = poolOf({
      tls: (await secret(otherRoot.certificate)).tls,
      password: database.server.password('scram_user'),
    })
    await expect(connection(fresh, 'select 1 as seen')).resolves.toBe('1')
    await server('root')
    await Promise.all([pool.end(), fresh.end()])
  })

  test('with certificate, key and CA: broken content and an outage leave the last good one, and no key is told', async () => {
    const { root, otherRoot } = database.hierarchy
    const first = await root.issue({ usage: 'client', commonName: 'cert_user' })
    const { tls, put } = await secret({ sslrootcert: root.certificate, 'tls.crt': first.chain, 'tls.key': first.key })
    const pool = poolOf({ user: 'cert_user', tls })
    expect(await connection(pool)).toBe(serialOf(first.certificate))
    const second = await root.issue({ usage: 'client', commonName: 'cert_user' })
    // a server that cannot be verified has the provider asked; what it then says is broken
    await put({ sslrootcert: root.certificate, 'tls.crt': second.chain, 'tls.key': first.key })
    await server('otherRoot')
    await expect(connection(pool)).rejects.toMatchObject({ code: 'TLS_ISSUER' })
    await server('root')
    expect(await connection(pool)).toBe(serialOf(first.certificate))
    expect(kinds()).toEqual(['reload-failed'])
    await pause(10)
    const messages = warnings.filter(({ code }) => code === 'VERIFULL_TLS_RELOAD').map(({ message }) => message)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(
      /^new TLS material of settings\.tls is not used, .*: sslkey \(from settings\.tls, version ".*"\) does not fit/,
    )
    moto.fail('down')
    expect(await connection(pool)).toBe(serialOf(first.certificate))
    const middles = [first, second].map(({ key }) => key.split('\n')[2] ?? 'no key')
    for (const middle of middles) {
      expect(inspect([said, warnings, pool], { depth: 12, showHidden: true })).not.toContain(middle)
    }
    expect(otherRoot.certificate).not.toBe(root.certificate)
    await pool.end()
  })

  const bad: Record<string, [object | string, RegExp]> = {
    'broken JSON': ['{"sslcert": ', /begins like JSON and is none/],
    'a password': ['hunter2-hunter2', /is neither PEM text nor an object in JSON with PEM texts; put one there$/],
    'other fields': [{ username: 'app', password: 'x' }, /has none of the fields sslrootcert, sslcert, sslkey, sslcrl/],
    'a path': [{ sslrootcert: '/etc/ca.pem' }, /has a field "sslrootcert" that is not PEM text/],
  }
  for (const [name, [content, message]] of Object.entries(bad)) {
    test(`with ${name} is refused, with the secret's name and nothing of it`, async () => {
      const { tls } = await secret(content)
      const pool = poolOf({ tls, password: database.server.password('scram_user') })
      const error = await connection(pool).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false })
      expect((error as Error).message).toMatch(message)
      expect((error as Error).message).toMatch(/^secret "tls\/[\w-]+" of AWS Secrets Manager /)
      expect(inspect(error)).not.toContain('hunter2')
      await pool.end()
    })
  }
})

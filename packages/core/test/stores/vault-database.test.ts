import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type PostgresServer, startPostgres } from '@verifull/test-harness'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { type DatabaseEngine, openDatabaseEngine } from '@verifull/test-harness/secret-stores'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Credentials, CredentialsProvider } from '../../src/credentials/credentials.ts'
import { vaultDatabase } from '../../src/stores/vault/database.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { ask, failureOf } from './ask.ts'
import { HAVE_BAO, until, useVault } from './vault-fixture.ts'

const vault = useVault()
let server: PostgresServer
let engine: DatabaseEngine
beforeAll(async () => {
  if (!HAVE_BAO) return
  const { root, servers } = await createHierarchy()
  const tls = { certificate: servers.good.chain, key: servers.good.key }
  server = await startPostgres({ tls, hba: ['hostssl all all all scram-sha-256'] })
  engine = await openDatabaseEngine(vault.bao, server, root.certificate)
  await vault.bao.api('POST', 'sys/auth/approle', { type: 'approle' })
})
afterAll(async () => {
  await engine?.stop()
  await server?.stop()
})

const rulesOf = (role: string) => `path "database/creds/${role}" { capabilities = ["read"] }`

/** A new dynamic role, and a provider for it. */
async function dynamic(role: string, ttl: string, maxTtl: string, wanted: object = {}): Promise<CredentialsProvider> {
  await engine.dynamicRole(role, { ttl, maxTtl })
  const token = await vault.token(rulesOf(role), wanted)
  return vaultDatabase({ address: vault.bao.url, auth: { method: 'token', token }, role }, {})
}

/** A login by an AppRole with these token settings. */
async function robot(role: string, wanted: object): Promise<VaultAuth> {
  const { bao } = vault
  await bao.api('PUT', `sys/policies/acl/${role}`, { policy: rulesOf(role) })
  await bao.api('POST', `auth/approle/role/${role}`, { token_policies: [role], ...wanted })
  const { data } = await bao.api('GET', `auth/approle/role/${role}/role-id`)
  const made = await bao.api('POST', `auth/approle/role/${role}/secret-id`)
  return { method: 'approle', roleId: String(data?.role_id), secretId: String(made.data?.secret_id) }
}

/** Waits until the first user is retired; resolves with its successor, which must exist by then. */
async function successorOf(secrets: CredentialsProvider, first: Credentials): Promise<Credentials> {
  let usersThen: readonly string[] = []
  first.retired?.addEventListener('abort', () => {
    void engine.users(roleIn(first)).then((users) => {
      usersThen = users
    })
  })
  await until(() => first.retired?.aborted)
  const next = await ask(secrets)
  expect(next.user).not.toBe(first.user)
  await until(() => usersThen.includes(next.user ?? ''))
  return next
}

const roleIn = ({ user = '' }: Credentials) => user.split('-')[2] ?? ''
const made = (role: string) => vault.bao.requests.filter(({ what }) => what === `GET /v1/database/creds/${role}`).length

describe.runIf(HAVE_BAO)('vault database, dynamic role', () => {
  test.concurrent('simultaneous requests → one user, with its name in PostgreSQL', async () => {
    const secrets = await dynamic('kept', '1h', '24h')
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(secrets)))
    expect(new Set(all.map(({ user }) => user)).size).toBe(1)
    const [first] = all
    expect(first).toMatchObject({ version: first?.user, retired: expect.any(AbortSignal) })
    expect(await engine.users('kept')).toEqual([first?.user])
    expect(made('kept')).toBe(1)
  })

  test.concurrent('a lease that cannot be renewed → replaced in time', async () => {
    const secrets = await dynamic('unrenewed', '6s', '1h', { no_default_policy: true })
    const first = await ask(secrets)
    await successorOf(secrets, first)
    expect(made('unrenewed')).toBe(2)
  })

  test.concurrent('a revoked lease → replaced after a rejected login or a failed renewal', async () => {
    const secrets = await dynamic('revoked', '4s', '1h')
    const first = await ask(secrets)
    await vault.bao.api('PUT', 'sys/leases/revoke-prefix/database/creds/revoked')
    const second = await ask(secrets, [first])
    expect(second.user).not.toBe(first.user)
    expect(first.retired?.aborted).toBe(true)
    await vault.bao.api('PUT', 'sys/leases/revoke-prefix/database/creds/revoked')
    await successorOf(secrets, second)
  })

  test.concurrent('revoked repeatedly → replaced each time', async () => {
    const secrets = await dynamic('often', '1h', '24h')
    const users = [(await ask(secrets)).user]
    for (let revoked = 0; revoked < 8; revoked++) {
      await vault.bao.api('PUT', 'sys/leases/revoke-prefix/database/creds/often')
      users.push((await ask(secrets, [{ user: users.at(-1) ?? '', password: 'revoked' }])).user)
    }
    expect(new Set(users).size).toBe(9)
    expect(made('often')).toBe(9)
  })

  test.concurrent('a server that rejects every user → a limited number of users', async () => {
    const secrets = await dynamic('refused', '1h', '24h')
    let last = await ask(secrets)
    for (const end = Date.now() + 3000; Date.now() < end; await sleep(20)) last = await ask(secrets, [last])
    expect(made('refused')).toBeGreaterThanOrEqual(2)
    expect(made('refused')).toBeLessThanOrEqual(9)
  })

  test.concurrent.each<[string, object]>([
    ['a token that reaches its greatest age', { token_ttl: '4s', token_max_ttl: '9s' }],
    ['a batch token', { token_type: 'batch', token_ttl: '6s' }],
  ])('ends with %s: another token, another user', async (_, wanted) => {
    const role = `owned${Object.keys(wanted).length}${'token_type' in wanted ? 'b' : 's'}`
    await engine.dynamicRole(role, { ttl: '1h', maxTtl: '24h' })
    const secrets = vaultDatabase({ address: vault.bao.url, auth: await robot(role, wanted), role }, {})
    const first = await ask(secrets)
    const next = await successorOf(secrets, first)
    expect(await engine.users(role)).toContain(next.user)
    await until(async () => !(await engine.users(role)).includes(first.user ?? ''))
  })

  test.concurrent('no request for ten lease lengths → not renewed any more', { timeout: 60_000 }, async () => {
    const secrets = await dynamic('unused', '2s', '1h')
    const first = await ask(secrets)
    await until(() => first.retired?.aborted)
    await until(async () => (await engine.users('unused')).length === 0)
    expect(made('unused')).toBe(1)
    expect((await ask(secrets)).user).not.toBe(first.user)
  })

  test.concurrent('renewal in the background → keeps no process alive', async () => {
    await engine.dynamicRole('exit', { ttl: '1h', maxTtl: '24h' })
    const outfile = join(mkdtempSync(join(tmpdir(), 'verifull-exit-')), 'core.cjs')
    const entryPoints = [join(import.meta.dirname, '../../src/index.ts')]
    await build({ entryPoints, outfile, bundle: true, format: 'cjs', platform: 'node', logLevel: 'silent' })
    const auth: VaultAuth = { method: 'token', token: await vault.token(rulesOf('exit'), { period: '1h' }) }
    const program = `
      const { vaultDatabase } = require(${JSON.stringify(outfile)})
      vaultDatabase(${JSON.stringify({ address: vault.bao.url, auth, role: 'exit' })})({
        signal: AbortSignal.timeout(60_000),
      }).then(({ user }) => console.log(user))`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { timeout: 30_000 })
    expect(await engine.users('exit')).toEqual([stdout.trim()])
    rmSync(dirname(outfile), { recursive: true })
  })

  test('the maximum age → renewed until then, and replaced before it is retired', async () => {
    const secrets = await dynamic('aged', '4s', '10s')
    const first = await ask(secrets)
    vault.asked()
    const next = await successorOf(secrets, first)
    expect(vault.asked().filter((what) => what === 'POST sys/leases/renew').length).toBeGreaterThanOrEqual(2)
    // not retired too early: the first user could still log in
    expect(await engine.users('aged')).toContain(first.user)
    await successorOf(secrets, next)
    await until(async () => !(await engine.users('aged')).includes(first.user ?? ''))
  })

  test('the store is down → kept, then renewed or replaced', async () => {
    const secrets = await dynamic('outage', '4s', '1h')
    const first = await ask(secrets)
    vault.bao.fail('down')
    await sleep(6000)
    expect(first.retired?.aborted).toBe(false)
    expect((await ask(secrets)).user).toBe(first.user)
    vault.bao.fail(undefined)
    // its lease has expired meanwhile
    await successorOf(secrets, first)
  })

  test('a short outage of the store → kept', async () => {
    const secrets = await dynamic('blink', '8s', '1h')
    const first = await ask(secrets)
    vault.bao.fail({ status: 503, body: { errors: [] } }, /leases/)
    await sleep(5500)
    vault.bao.fail(undefined)
    await sleep(6000)
    expect(first.retired?.aborted).toBe(false)
    expect(await engine.users('blink')).toEqual([first.user])
  })

  test('a namespace → used', async () => {
    await vault.bao.api('POST', 'sys/namespaces/team-d')
    const settings = {
      address: vault.bao.url,
      role: 'kept',
      auth: { method: 'token', token: vault.bao.rootToken },
    } as const
    const error = await failureOf(vaultDatabase({ ...settings, namespace: 'team-d' }, {}))
    expect(error).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND', place: { secret: 'database/creds/kept' } })
    expect(await ask(vaultDatabase(settings, {}))).toHaveProperty('user')
  })

  test('the engine cannot log in to PostgreSQL → an error, until it can', async () => {
    const secrets = await dynamic('pgdown', '1h', '24h')
    await server.sql('alter role vault_admin nologin')
    await vault.bao.api('POST', 'database/reset/app').catch(() => {})
    expect(await failureOf(secrets, 1500)).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true })
    await server.sql('alter role vault_admin login')
    expect(await ask(secrets)).toHaveProperty('user')
  })
})

describe.runIf(HAVE_BAO)('vault database, static role', () => {
  test('a request → the current password, with the time of the next', async () => {
    await server.sql("create role fixed_user login password 'first'")
    await engine.staticRole('fixed', { user: 'fixed_user', period: '6s' })
    const auth = await vault.readerOf('database/static-creds/fixed')
    const secrets = vaultDatabase({ address: vault.bao.url, auth, staticRole: 'fixed' }, {})
    const first = await ask(secrets)
    expect(first).toMatchObject({ user: 'fixed_user', version: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) })
    expect(first.retired).toBeUndefined()
    const dueMs = (first.refreshAt?.getTime() ?? 0) - Date.now()
    expect(dueMs).toBeLessThanOrEqual(6500)
    await until(async () => (await ask(secrets)).version !== first.version)
    expect((await ask(secrets)).password).not.toBe(first.password)
  })
})

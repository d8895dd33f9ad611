import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writePrivate } from '../certificates/issued.ts'
import { type Database, startDatabase } from '../postgres/database.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import { type DatabaseEngine, openDatabaseEngine } from '../stores/database-engine.ts'
import { type Moto, startMoto } from '../stores/moto.ts'
import { type OpenBao, startOpenBao } from '../stores/openbao.ts'

/** A pool of one library by a configuration of its adapter. */
export interface ClosablePool {
  readonly config: object
  /** The pool, or the library's own object with its pool, made of the configuration. */
  readonly made: object
  query(sql: string): Promise<readonly object[]>
  end(): Promise<unknown>
}

/** An adapter, as the contract of `close()` uses it. */
export interface ClosingAdapter {
  /** @param settings As `secureConfig()` takes them. */
  open(settings: object): ClosablePool | Promise<ClosablePool>
  close(target?: object): Promise<void>
}

/** The real services that secrets come from. */
export interface ClosingServices {
  readonly database: Database
  readonly bao: OpenBao
  readonly engine: DatabaseEngine
  readonly moto: Moto
  stop(): Promise<void>
}

export async function startClosingServices(): Promise<ClosingServices> {
  const [database, bao, moto] = await Promise.all([startDatabase(), startOpenBao(), startMoto()])
  await database.server.setHba(['hostssl all all all scram-sha-256'])
  const engine = await openDatabaseEngine(bao, database.server, database.hierarchy.root.certificate)
  await bao.api('POST', 'sys/auth/approle', { type: 'approle' })
  return {
    database,
    bao,
    engine,
    moto,
    async stop() {
      await engine.stop()
      await Promise.all([bao.stop(), moto.stop()])
      await database.stop()
    },
  }
}

/** A promise of `close()` that every adapter keeps. */
export interface ClosingPromise {
  readonly name: string
  run(adapter: ClosingAdapter, services: ClosingServices): Promise<void>
}

const TTL_MS = 2000

/** The contract of `close()`: each package runs it with its library and the real stores. */
export const CLOSING_CONTRACT: readonly ClosingPromise[] = [
  {
    name: 'close: a dynamic role by an AppRole → its user and its token are revoked, and nothing goes on',
    run: (adapter, services) => leavesNothing(adapter, services, 'approle'),
  },
  {
    name: 'close: a dynamic role by a token that was given → its user is revoked, the token is not',
    run: (adapter, services) => leavesNothing(adapter, services, 'token'),
  },
  {
    name: 'close: one of two pools with the same provider → the other works on, and its user goes with it',
    async run(adapter, services) {
      const role = await dynamicRole(services, 'approle')
      const [one, other] = await Promise.all([adapter.open(role.settings), adapter.open(role.settings)])
      await Promise.all([one.query('select 1'), other.query('select 1')])
      assert.equal((await role.users()).length, 1)
      await one.end()
      await adapter.close(one.config)
      assert.equal((await role.users()).length, 1)
      await Promise.all(Array.from({ length: 3 }, () => other.query('select pg_sleep(0.05)')))
      await other.end()
      await adapter.close(other.made)
      await until(async () => (await role.users()).length === 0)
    },
  },
  {
    name: 'close: no target → everything that was used is closed',
    async run(adapter, services) {
      const [first, second] = [await dynamicRole(services, 'approle'), await dynamicRole(services, 'token')]
      const pools = [await adapter.open(first.settings), await adapter.open(second.settings)]
      for (const pool of pools) await pool.query('select 1')
      for (const pool of pools) await pool.end()
      await adapter.close()
      await until(async () => [...(await first.users()), ...(await second.users())].length === 0)
    },
  },
  {
    name: 'close: a new configuration of the same provider → logs in anew',
    async run(adapter, services) {
      const role = await dynamicRole(services, 'approle')
      for (let turn = 0; turn < 2; turn++) {
        const pool = await adapter.open(role.settings)
        await pool.query('select 1')
        await pool.end()
        await adapter.close(pool.made)
        await until(async () => (await role.users()).length === 0)
      }
    },
  },
  {
    name: 'close: a connection asked for afterwards → refused with CLOSED, close() twice is once',
    async run(adapter, { database }) {
      const pool = await adapter.open(withPassword(database))
      assert.equal((await pool.query('select 1 as one')).length, 1)
      await retired(pool, database)
      await Promise.all([adapter.close(pool.made), adapter.close(pool.config), adapter.close(pool.config)])
      await assert.rejects(pool.query('select 1'), isClosed)
      await pool.end()
    },
  },
  {
    name: 'close: while the secret is being fetched → the connection is refused with CLOSED, and the request ends',
    async run(adapter, { database }) {
      const { password, ...settings } = withPassword(database)
      let asked: AbortSignal | undefined
      const secrets = ({ signal }: { readonly signal: AbortSignal }) => {
        asked = signal
        return new Promise<never>(() => {})
      }
      const pool = await adapter.open({ ...settings, secrets })
      const query = pool.query('select 1')
      query.catch(() => {})
      await until(() => asked !== undefined)
      await adapter.close(pool.config)
      await assert.rejects(query, isClosed)
      assert.equal(asked?.aborted, true)
      await pool.end()
    },
  },
  {
    name: 'close: while a user is made in place of a revoked one → none is left',
    async run(adapter, services) {
      const role = await dynamicRole(services, 'approle')
      const pool = await adapter.open(role.settings)
      await pool.query('select 1')
      await services.bao.api('PUT', `sys/leases/revoke-prefix/database/creds/${role.name}`)
      await sleep(TTL_MS / 2)
      const ended = pool.end()
      await adapter.close(pool.made)
      await ended
      await until(async () => (await role.users()).length === 0)
    },
  },
  {
    name: 'close: by await using',
    async run(adapter, services) {
      const role = await dynamicRole(services, 'approle')
      {
        const pool = await adapter.open(role.settings)
        await using _config = pool.config as AsyncDisposable
        await pool.query('select 1')
        await pool.end()
      }
      await until(async () => (await role.users()).length === 0)
    },
  },
  {
    name: 'close: a secret of AWS → no socket and no timer is left',
    async run(adapter, { database, moto }) {
      const { user, password, ...settings } = withPassword(database)
      const Name = `test/${randomUUID()}`
      const SecretString = JSON.stringify({ username: user, password })
      await moto.secretsManager('CreateSecret', { Name, SecretString, ClientRequestToken: randomUUID() })
      const before = process.env
      process.env = { ...before, ...moto.environment, AWS_EC2_METADATA_DISABLED: 'true' }
      try {
        const environment = { ...moto.environment, SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: Name }
        await nothingIsLeft(adapter, { ...settings, environment: { ...settings.environment, ...environment } })
      } finally {
        process.env = before
      }
    },
  },
  {
    name: 'close: a password and roots in files → no handle is left',
    async run(adapter, { database }) {
      const { password, ...settings } = withPassword(database)
      const folder = temporaryFolder()
      const DB_PASSWORD_FILE = join(folder.path, 'password')
      await writePrivate(DB_PASSWORD_FILE, password)
      await nothingIsLeft(adapter, { ...settings, environment: { ...settings.environment, DB_PASSWORD_FILE } })
      await folder.remove()
    },
  },
  {
    name: 'close: something else → refused, with the reason',
    async run(adapter) {
      await assert.rejects(
        adapter.close({ host: 'db.example' }),
        /close\(\): target must be what secureConfig\(\) gave/,
      )
    },
  },
]

let roles = 0

/** A dynamic role of its own, and the settings of an application that logs in with it. */
async function dynamicRole({ bao, engine, database }: ClosingServices, method: 'approle' | 'token') {
  const name = `c${++roles}${randomUUID().slice(0, 5)}`
  await engine.dynamicRole(name, { ttl: `${TTL_MS / 1000}s`, maxTtl: '1h' })
  const rules = `path "database/creds/${name}" { capabilities = ["read"] }\npath "sys/leases/revoke" { capabilities = ["update"] }`
  await bao.api('PUT', `sys/policies/acl/${name}`, { policy: rules })
  const login = method === 'token' ? await tokenOf(bao, name) : await appRoleOf(bao, name)
  const { user, password, ...settings } = withPassword(database)
  const environment = { SECRETS_BACKEND: 'vault-database', VAULT_ADDR: bao.url, VAULT_DB_ROLE: name, ...login }
  return {
    name,
    login,
    settings: { ...settings, environment: { ...settings.environment, ...environment } },
    users: () => engine.users(name),
  }
}

async function tokenOf(bao: OpenBao, policy: string): Promise<{ readonly VAULT_TOKEN: string }> {
  const { auth } = await bao.api('POST', 'auth/token/create', { policies: [policy], period: '1h' })
  return { VAULT_TOKEN: auth?.client_token ?? '' }
}

/** Without the right to revoke leases: what Vault's default policy gives is enough. */
async function appRoleOf(bao: OpenBao, role: string) {
  const policy = `path "database/creds/${role}" { capabilities = ["read"] }`
  await bao.api('PUT', `sys/policies/acl/${role}`, { policy })
  await bao.api('POST', `auth/approle/role/${role}`, { token_policies: [role] })
  const { data } = await bao.api('GET', `auth/approle/role/${role}/role-id`)
  const made = await bao.api('POST', `auth/approle/role/${role}/secret-id`)
  return { VAULT_ROLE_ID: String(data?.role_id), VAULT_SECRET_ID: String(made.data?.secret_id) }
}

function withPassword({ settings }: Database) {
  return settings as typeof settings & { readonly password: string }
}

async function leavesNothing(adapter: ClosingAdapter, services: ClosingServices, method: 'approle' | 'token') {
  const { bao } = services
  const role = await dynamicRole(services, method)
  await nothingIsLeft(adapter, role.settings)
  await until(async () => (await role.users()).length === 0)
  if (method === 'token') {
    const headers = { 'X-Vault-Token': (role.login as { VAULT_TOKEN: string }).VAULT_TOKEN }
    const { data } = await bao.api('GET', 'auth/token/lookup-self', undefined, headers)
    assert.ok([data?.policies].flat().includes(role.name))
  } else {
    assert.ok(bao.requests.some(({ what }) => what.endsWith('/v1/auth/token/revoke-self')))
  }
  const asked = bao.requests.length
  await sleep(TTL_MS * 1.25)
  assert.equal(bao.requests.length, asked)
}

/** Connects, ends the pool and closes; then everything that keeps the process alive is as before. */
async function nothingIsLeft(adapter: ClosingAdapter, settings: object): Promise<void> {
  const before = process.getActiveResourcesInfo().sort()
  const pool = await adapter.open(settings)
  await Promise.all([pool.query('select 1'), pool.query('select 1')])
  await pool.end()
  await adapter.close(pool.made)
  let left: readonly string[] = []
  await until(() => {
    left = more(process.getActiveResourcesInfo(), before)
    return left.length === 0
  }).catch(() => assert.deepEqual(left, []))
}

function more(resources: readonly string[], before: readonly string[]): readonly string[] {
  const left = [...before]
  return resources.filter((resource) => {
    const index = left.indexOf(resource)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}

/** Ends the sessions of a pool from the server's side, so that the next query connects. */
async function retired(pool: ClosablePool, { server, settings }: Database): Promise<void> {
  const sessions = `from pg_stat_activity where usename = '${settings.user}' and pid <> pg_backend_pid()`
  await server.sql(`select pg_terminate_backend(pid) ${sessions}`)
  await until(async () => (await server.sql(`select ${sessions}`)).length === 0)
  // The library hears of the end a little later.
  await sleep(100)
  assert.ok(pool)
}

/** The error itself, or in what a library wraps around it. */
function isClosed(error: unknown): boolean {
  const { code, original, parent, cause } = error as Record<string, unknown> & { code?: string }
  if (code === 'CLOSED') return true
  const inner = original ?? parent ?? cause
  return inner !== undefined && inner !== error && isClosed(inner)
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 5000
  while (!(await holds())) {
    if (performance.now() > limit) throw new assert.AssertionError({ message: `not so within 5 s: ${holds}` })
    await sleep(20)
  }
}

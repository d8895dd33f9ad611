import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writePrivate } from '../certificates/issued.ts'
import type { Database } from '../postgres/database.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { ClosablePool, ClosingAdapter } from './closable-pool.ts'
import { type ClosingServices, dynamicRole, TTL_MS, withPassword } from './closing-services.ts'
import { nothingIsLeft } from './nothing-left.ts'
import { until } from './until.ts'

/** A promise of `close()` that every adapter keeps. */
export interface ClosingPromise {
  readonly name: string
  run(adapter: ClosingAdapter, services: ClosingServices): Promise<void>
}

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

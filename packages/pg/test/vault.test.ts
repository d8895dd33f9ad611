import { setTimeout as sleep } from 'node:timers/promises'
import { secureConfig } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import {
  type DatabaseEngine,
  type OpenBao,
  openDatabaseEngine,
  startOpenBao,
  storesHere,
} from '@verifull/test-harness/secret-stores'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const HAVE_BAO = (await storesHere(['bao'])).length > 0

let database: Database
let bao: OpenBao
let engine: DatabaseEngine
beforeAll(async () => {
  if (!HAVE_BAO) return
  ;[database, bao] = await Promise.all([startDatabase(), startOpenBao()])
  const { server, hierarchy } = database
  await server.setHba(['hostssl all all all scram-sha-256'])
  engine = await openDatabaseEngine(bao, server, hierarchy.root.certificate)
  await server.sql('create role orders_reader nologin; create role "fixed user"')
  await server.sql('create table orders as select 1 as id; grant select on orders to orders_reader', 'app')
})
afterAll(async () => {
  await engine?.stop()
  await bao?.stop()
  await database?.stop()
})

/** The environment of an application that has its secret from Vault, and nothing else to say about it. */
function environment(variables: Record<string, string>) {
  return { environment: { ...database.environment, VAULT_ADDR: bao.url, VAULT_TOKEN: bao.rootToken, ...variables } }
}

/** Workers that take connections, read a table, and now and then stay in a transaction. */
async function load(pool: pg.Pool, milliseconds: number, workers: number) {
  const failures: string[] = []
  const users = new Set<string>()
  let queries = 0
  const end = Date.now() + milliseconds
  const work = async (worker: number) => {
    for (let turn = 0; Date.now() < end; turn++) {
      try {
        const client = await pool.connect()
        try {
          await client.query('begin')
          const { rows } = await client.query('select session_user as user, count(*) from orders')
          users.add(rows[0]?.user)
          await sleep((worker + turn) % 10 === 0 ? 500 : 20)
          await client.query('select * from orders')
          await client.query('commit')
          queries += 4
        } finally {
          client.release()
        }
      } catch (error) {
        failures.push(String(error))
      }
      await sleep((worker * 7 + turn) % 50)
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
  return { failures, users, queries }
}

/** Sessions whose user has been dropped. */
async function orphans(): Promise<number> {
  const gone = 'select count(*) from pg_stat_activity where usesysid not in (select oid from pg_roles)'
  const [row] = await database.server.sql(gone)
  return Number(row?.count)
}

/** Looks at the server all the time: users of a role, and sessions whose user is gone. */
function observe(role: string) {
  const seen = { mostUsers: 0, orphans: 0 }
  let over = false
  const watching = (async () => {
    while (!over) {
      seen.mostUsers = Math.max(seen.mostUsers, (await engine.users(role)).length)
      seen.orphans += await orphans()
      await sleep(500)
    }
  })()
  return async () => {
    over = true
    await watching
    return seen
  }
}

describe.runIf(HAVE_BAO)('secrets from Vault, chosen by SECRETS_BACKEND alone', () => {
  test('vault: a secret of the key-value engine', async () => {
    const password = database.server.password('scram_user')
    await bao.api('POST', 'secret/data/app/production', { data: { username: 'scram_user', password } })
    const variables = { SECRETS_BACKEND: 'vault', VAULT_PATH: 'secret/app/production' }
    const pool = new pg.Pool(secureConfig({ max: 20 }, environment(variables)))
    const asked = bao.requests.length
    await Promise.all(Array.from({ length: 100 }, () => pool.query('select pg_sleep(0.05)')))
    expect(pool.totalCount).toBe(20)
    const reads = bao.requests.slice(asked).filter(({ what }) => what.endsWith('secret/data/app/production'))
    expect(reads).toHaveLength(1)
    await pool.end()
  })

  test('vault-database: users that live for 12 s, under load: nobody notices', { timeout: 120_000 }, async () => {
    await engine.dynamicRole('loaded', { ttl: '5s', maxTtl: '12s', grants: 'orders_reader' })
    const variables = { SECRETS_BACKEND: 'vault-database', VAULT_DB_ROLE: 'loaded' }
    const pool = new pg.Pool(secureConfig({ max: 10 }, environment(variables)))
    const observed = observe('loaded')
    const { failures, users, queries } = await load(pool, 35_000, 20)
    const seen = await observed()
    expect(failures).toEqual([])
    expect(queries).toBeGreaterThan(1000)
    expect(users.size).toBeGreaterThanOrEqual(3)
    expect(seen.mostUsers).toBeLessThanOrEqual(3)
    expect(seen.orphans).toBe(0)
    await pool.end()
  })

  test('vault-database: a static role that is rotated under load', { timeout: 120_000 }, async () => {
    await database.server.sql('create role fixed login in role orders_reader')
    await engine.staticRole('fixed', { user: 'fixed', period: '5s' })
    const variables = { SECRETS_BACKEND: 'vault-database', VAULT_DB_STATIC_ROLE: 'fixed' }
    const passwords = () => bao.api('GET', 'database/static-creds/fixed').then(({ data }) => data?.password)
    const first = await passwords()
    // each connection is used a few times, so that many log in
    const pool = new pg.Pool({ ...secureConfig({ max: 10 }, environment(variables)), maxUses: 5 })
    const { failures, users } = await load(pool, 25_000, 10)
    expect(failures).toEqual([])
    expect([...users]).toEqual(['fixed'])
    expect(await passwords()).not.toBe(first)
    await pool.end()
  })

  test('vault-database: a user who was revoked is replaced by another', async () => {
    await engine.dynamicRole('revoked', { ttl: '1h', maxTtl: '24h', grants: 'orders_reader' })
    const variables = { SECRETS_BACKEND: 'vault-database', VAULT_DB_ROLE: 'revoked' }
    const pool = new pg.Pool(secureConfig({ max: 5 }, environment(variables)))
    const user = async () => (await pool.query('select session_user as user from orders')).rows[0]?.user
    const first = await user()
    const lent = await pool.connect()
    await bao.api('PUT', 'sys/leases/revoke-prefix/database/creds/revoked')
    // the only idle connection is lent: another must be opened
    const second = await user()
    expect(second).not.toBe(first)
    expect(await orphans()).toBe(1)
    lent.release()
    await expect.poll(orphans).toBe(0)
    expect(await Promise.all([user(), user(), user()])).toEqual([second, second, second])
    await pool.end()
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Settings, secureConfig } from '@verifull/pg'
import {
  createHierarchy,
  type Pgbouncer,
  type PostgresServer,
  pgbouncerHere,
  startPgbouncer,
  startPostgres,
} from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX, ORMS, type Orm } from './orms.ts'

const VERSION = pgbouncerHere()
const STEWARD = { name: 'steward', password: 'the password of the steward', attributes: 'superuser' }
const CHECKOUTS = 30

const CLIENTS: Readonly<Record<string, (settings: Settings) => Promise<Orm>>> = {
  async pg(settings) {
    const pool = new pg.Pool(secureConfig({ max: MAX }, settings))
    pool.on('error', () => {})
    return {
      query: async (sql) => (await pool.query(sql)).rows,
      transaction: () => Promise.reject(new Error('not used')),
      close: () => pool.end(),
    }
  },
  ...ORMS,
}

describe.runIf(VERSION)(`behind ${VERSION ?? 'PgBouncer, which is NOT here'}, with TLS on its side of clients`, () => {
  let server: PostgresServer
  let pooler: Pgbouncer
  let folder: string
  let settings: Settings
  let given = { user: 'app', password: 'one' }
  let asked = 0
  beforeAll(async () => {
    const { root, servers } = await createHierarchy()
    const tls = { certificate: servers.good.chain, key: servers.good.key }
    const roles = [STEWARD, { name: 'app', password: 'one' }]
    server = await startPostgres({ tls, roles, hba: ['hostssl all all all scram-sha-256'] })
    pooler = await startPgbouncer({
      server,
      tls,
      users: { [STEWARD.name]: STEWARD.password },
      asks: STEWARD.name,
    })
    folder = await mkdtemp(join(tmpdir(), 'verifull-pgbouncer-'))
    await writeFile(join(folder, 'ca.crt'), root.certificate)
    settings = {
      host: 'localhost',
      port: pooler.port,
      database: server.database,
      sslrootcert: join(folder, 'ca.crt'),
      environment: { NODE_ENV: 'production' },
    }
  })
  afterAll(async () => {
    await pooler?.stop()
    await server?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  const secrets = () => async () => {
    asked++
    return given
  }
  /** Changes the password on the server and in PgBouncer, and `laterMs` later in the store. */
  async function rotate(laterMs: number): Promise<void> {
    const password = `${given.password}+`
    await server.sql(`alter role app password '${password}'`)
    await new Promise((resolve) => setTimeout(resolve, laterMs))
    given = { user: 'app', password }
  }
  const refusals = () => pooler.log().split('SASL authentication failed').length - 1

  describe.each(Object.entries(CLIENTS))('%s', (_name, open) => {
    test('a changed password → PgBouncer rejects the old one, and no checkout fails', {
      timeout: 60_000,
    }, async () => {
      const orm = await open({ ...settings, secrets: secrets() })
      expect(await orm.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([{ ssl: true }])
      const before = refusals()
      const changed = rotate(300)
      await new Promise((resolve) => setTimeout(resolve, 100))
      const work = Array.from({ length: CHECKOUTS }, () => orm.query('select pg_sleep(0.05), current_user as user'))
      expect((await Promise.all(work)).flat()).toHaveLength(CHECKOUTS)
      await changed
      expect(refusals() - before).toBeGreaterThan(0)
      // One connection has the old password; each of the others is rejected once, and few probe the new one.
      expect(refusals() - before).toBeLessThanOrEqual(MAX + 12)
      await orm.close()
    })
  })

  test('a wrong password → PgBouncer’s message with the reason, after few logins and requests to the store', async () => {
    const pool = new pg.Pool(secureConfig({ max: CHECKOUTS }, { ...settings, secrets: async () => wrong() }))
    const wrong = () => {
      asked++
      return { user: 'app', password: 'wrong' }
    }
    asked = 0
    const before = refusals()
    const outcomes = await Promise.allSettled(Array.from({ length: CHECKOUTS }, () => pool.query('select 1')))
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        reason: { code: '08P01', message: 'SASL authentication failed', cause: { code: 'CREDENTIALS_REFUSED' } },
      })
    }
    expect(refusals() - before).toBeLessThanOrEqual(12)
    expect(asked).toBeLessThanOrEqual(10)
    await pool.end()
  })

  test('a refusal for another reason → thrown at once, without another request to the store', async () => {
    asked = 0
    const pool = new pg.Pool(
      secureConfig({ max: 4 }, { ...settings, secrets: secrets(), options: '-c geqo=off -c a.b=c', user: 'app' }),
    )
    const failing = Promise.allSettled(Array.from({ length: 4 }, () => pool.query('select 1')))
    for (const outcome of await failing) expect(outcome).toMatchObject({ reason: { code: '08P01' } })
    expect(asked).toBe(1)
    await pool.end()
  })
})

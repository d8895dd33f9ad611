import { inspect } from 'node:util'
import { MikroORM, type Options } from '@mikro-orm/postgresql'
import { PrismaPg } from '@prisma/adapter-pg'
import { placeholderHost, secureConfig } from '@verifull/pg'
import { plaintextDowngrader, startDatabase } from '@verifull/test-harness'
import connectPgSimple from 'connect-pg-simple'
import { drizzle } from 'drizzle-orm/node-postgres'
import session from 'express-session'
import knex from 'knex'
import pg from 'pg'
import PgBoss from 'pg-boss'
import pgPromise from 'pg-promise'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pgBoss } from '../../newest/libraries.ts'
import { newEnough } from './libraries.ts'
import { pgp } from './work/pg-promise.ts'

const { server, settings, stop } = await startDatabase()
const trap = await plaintextDowngrader({ to: server })
afterAll(async () => {
  await trap.stop()
  await stop()
})

const config = secureConfig({ max: 1 }, settings)
const elsewhere = `postgres://trust_user:hostile@127.0.0.1:${trap.port}/app?sslmode=disable`
const SESSION = 'select ssl, current_user::text as user from pg_stat_ssl where pid = pg_backend_pid()'
const SECURE = [{ ssl: true, user: 'scram_user' }]

/** Connections that the server had seen before the test. */
let before = 0
beforeEach(async () => {
  before = (await server.connectionsSeen()).length
})
afterEach(async () => {
  const connections = (await server.connectionsSeen()).slice(before)
  expect(connections.filter(({ authorized }) => authorized && !authorized.tls)).toEqual([])
  expect(trap.connections).toEqual([])
})

describe('Drizzle', () => {
  test('given a Pool → as secure as the Pool', async () => {
    const db = drizzle({ client: new pg.Pool(config) })
    expect((await db.execute(SESSION)).rows).toEqual(SECURE)
    await db.$client.end()
  })

  test('given the configuration in place of a client → no connection', async () => {
    // @ts-expect-error: Drizzle takes a client, a URL or { connection }
    const db = drizzle(config)
    await expect(db.execute(SESSION)).rejects.toThrow('Failed query')
  })
})

describe('pg-promise', () => {
  test('direct connections, through its own copy of pg → secure', async () => {
    expect(Object.is(pgp.pg.Client, pg.Client)).toBe(false)
    const db = pgp(config as object)
    const connection = await db.connect({ direct: true })
    expect(await connection.any(SESSION)).toEqual(SECURE)
    await connection.done()
    await db.$pool.end()
  })

  test('a failed login → no secret in the event of its error listener', async () => {
    const told: unknown[] = []
    const listening = pgPromise({ noWarnings: true, error: (...error) => void told.push(error) })
    const wrong = secureConfig({}, { ...settings, host: 'localhost', hostaddr: '127.0.0.1', user: 'no_such_user' })
    const db = listening(wrong as object)
    await expect(db.any('select 1')).rejects.toMatchObject({ code: '28000' })
    await db.$pool.end()
    expect(told).toHaveLength(1)
    expect(inspect(told, { depth: 9, showHidden: true })).not.toContain(settings.password)
  })
})

describe('MikroORM 6', () => {
  const base: Options = {
    dbName: 'app',
    host: placeholderHost(),
    pool: { min: 0, max: 1 },
    discovery: { warnWhenNoEntities: false },
  }
  const asked = async (options: Options, on: 'read' | 'write' = 'write') => {
    const orm = MikroORM.initSync({ ...base, ...options })
    return orm.em
      .getConnection(on)
      .execute(SESSION)
      .finally(() => orm.close(true))
  }
  const driverOptions = { connection: config }

  test('a URL beside the configuration → ignored', async () => {
    expect(await asked({ driverOptions, clientUrl: elsewhere })).toEqual(SECURE)
  })

  test('another database, user and password beside it → ignored', async () => {
    expect(await asked({ driverOptions, dbName: 'other', user: 'trust_user', password: 'hostile' })).toEqual(SECURE)
  })

  test('replicas beside it → the same server', async () => {
    const replicas = [{ host: '127.0.0.1', port: trap.port, user: 'trust_user' }]
    expect(await asked({ driverOptions, replicas }, 'read')).toEqual(SECURE)
  })

  test.each([
    ['a Knex of another version', () => knex({ client: 'pg', connection: config as object })],
    ['what MikroORM 7 takes', () => config],
    ['nothing', () => ({})],
  ])('given %s → refused at the placeholder host', async (_what, given) => {
    const refused = asked({ driverOptions: given() })
    await expect(refused).rejects.toMatchObject({ code: 'ENOENT', address: expect.stringContaining(placeholderHost()) })
  })
})

describe('Prisma’s adapter', () => {
  const asked = async (given: pg.Pool) => {
    const adapter = await new PrismaPg(given).connect()
    const { rows } = await adapter.queryRaw({ sql: SESSION, args: [], argTypes: [] })
    await adapter.dispose()
    await given.end()
    return rows
  }

  test('given a Pool → as secure as the Pool', async () => {
    expect(await asked(new pg.Pool(config))).toEqual([[true, 'scram_user']])
  })

  test('given a Pool of another copy of pg, taken for a configuration → secure', async () => {
    const { Pool } = pgp.pg as object as typeof pg
    const foreign = new Pool(config)
    expect(foreign).not.toBeInstanceOf(pg.Pool)
    expect(await asked(foreign)).toEqual([[true, 'scram_user']])
  })
})

describe('pg-boss', () => {
  test('a job → TLS connections alone, and no session left after stop()', async () => {
    const boss = new PgBoss({ ...config, max: 3 })
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('mail')
    const done = new Promise((resolve) => boss.work('mail', async ([job]) => resolve(job?.data)))
    await boss.send('mail', { to: 'reader' })
    expect(await done).toEqual({ to: 'reader' })
    const sessions =
      "select bool_and(ssl) as ssl, count(*) > 0 as any from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'pgboss'"
    expect(await server.sql(sessions)).toEqual([{ ssl: 't', any: 't' }])
    await boss.stop({ wait: true })
    await expect.poll(() => server.sql(sessions)).toEqual([{ ssl: null, any: 'f' }])
  })

  if (newEnough) {
    test('major 12, listening with its own Client → TLS', async () => {
      const newest = await pgBoss()
      const boss = new newest.PgBoss({ ...config, max: 3, schema: 'boss12', useListenNotify: true })
      boss.on('error', () => {})
      await boss.start()
      const listening =
        "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where lower(query) like 'listen %'"
      await expect.poll(() => server.sql(listening)).toEqual([{ ssl: 't' }])
      await boss.stop()
    })
  }
})

describe('connect-pg-simple', () => {
  const PgStore = connectPgSimple(session)
  const kept = async (store: InstanceType<typeof PgStore>) => {
    const cookie = new session.Cookie()
    await new Promise<void>((resolve, reject) =>
      store.set('id', { cookie }, (error) => (error ? reject(error) : resolve())),
    )
    store.close()
  }

  test('a URL and DATABASE_URL beside the configuration → ignored', async () => {
    process.env.DATABASE_URL = elsewhere
    try {
      await kept(new PgStore({ conObject: config, conString: elsewhere, createTableIfMissing: true }))
    } finally {
      delete process.env.DATABASE_URL
    }
    expect(await server.sql('select sid from scram_user.session', 'app')).toEqual([{ sid: 'id' }])
  })

  test('given a Pool or pg-promise → as secure as those', async () => {
    const pool = new pg.Pool(config)
    const pgPromise = pgp(config as object)
    await kept(new PgStore({ pool }))
    await kept(new PgStore({ pgPromise }))
    await Promise.all([pool.end(), pgPromise.$pool.end()])
    expect((await server.connectionsSeen()).length - before).toBe(2)
  })
})

import { type Database, failureOf, startDatabase } from '@verifull/test-harness'
import { type Settings, secureConfig } from '@verifull/typeorm'
import pg from 'pg'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENT } from '../patient.ts'
import { VERSIONS } from '../versions.ts'
import { FAILURES } from './failures.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
  await database.server.sql(
    `set role scram_user;
     create table scram_user.ship (id int primary key check (id > 0), name text not null);
     create table scram_user.crew (id int primary key, ship_id int references scram_user.ship)`,
    'app',
  )
})
afterAll(() => database.abandon())

/** Returns the options of an application without Verifull. */
function plainOptions() {
  const { server, hierarchy } = database
  return {
    host: 'localhost',
    port: server.port,
    username: 'scram_user',
    password: server.password('scram_user'),
    database: server.database,
    ssl: { ca: hierarchy.root.certificate },
    connectTimeoutMS: 2_000,
    poolSize: 4,
    logging: false,
    poolErrorHandler: () => {},
  } as const
}

function plainConfig() {
  return { type: 'postgres', ...plainOptions() } as const
}

/** Nothing but the options is read. */
const NOWHERE: Settings = { environment: { NODE_ENV: 'production' } }

const QUIET = { logQuery() {}, logQueryError() {}, logQuerySlow() {}, logSchemaBuild() {}, logMigration() {} }

function sleeping(application: string): string {
  return `select count(*) from pg_stat_activity where wait_event = 'PgSleep' and application_name = '${application}'`
}

const ROW = `select 1 as one, 8::int8 as eight, 1.5::numeric as numeric, 0.5::float8 as float, true as yes, null as none,
  'text' as text, '{1,2}'::int[] as list, '{"a": [1]}'::jsonb as json, '\\x00ff'::bytea as bytes,
  '2020-02-03'::date as day, '2020-02-03 04:05:06+00'::timestamptz as moment, '1 day'::interval as span`

describe.each(VERSIONS)('$name behaves with Verifull as without:', ({ typeorm: { DataSource, EntitySchema } }) => {
  const ship = new EntitySchema({
    name: 'ship',
    columns: { id: { type: 'int', primary: true }, name: { type: 'text' } },
  })
  let plain: DataSource
  let secure: DataSource
  beforeAll(async () => {
    const entities = [ship]
    plain = await new DataSource({ ...plainConfig(), entities }).initialize()
    secure = await new DataSource(secureConfig({ ...plainOptions(), entities }, NOWHERE)).initialize()
  })
  afterAll(() => Promise.all([plain.destroy(), secure.destroy()]))

  test.each(Object.entries(FAILURES))('%s', async (_name, [wanted, fail]) => {
    const error = await failureOf(() => fail(plain))
    expect([error.fields.code, error.classes[0]]).toContain(wanted)
    expect(await failureOf(() => fail(secure))).toEqual(error)
    // Both go on working; TypeORM gives a session that the server has ended to one more query.
    const works = (db: DataSource) => db.query('select 1 as one')
    for (const db of [plain, secure]) expect(await works(db).catch(() => works(db))).toEqual([{ one: 1 }])
  })

  test('an exhausted pool: a subclass of the same error, whose message goes on with who has the connections', async () => {
    const exhaust = async (db: DataSource) => {
      const runners = Array.from({ length: 4 }, () => db.createQueryRunner())
      for (const runner of runners) await runner.connect()
      await db.query('select 1').finally(() => Promise.all(runners.map((runner) => runner.release())))
    }
    const { classes, message } = await failureOf(() => exhaust(plain))
    expect([classes, message]).toEqual([['Error'], 'timeout exceeded when trying to connect'])
    expect(await failureOf(() => exhaust(secure))).toMatchObject({
      classes: expect.arrayContaining(['PoolError', 'Error']),
      message: expect.stringContaining(`${message}: the pool `),
      fields: { code: 'POOL_TIMEOUT', checkouts: Array(4).fill({ state: 'idle' }) },
    })
  })

  test('destroy() ends a query that runs', async () => {
    const endedBy = async (config: DataSource['options'], name: string) => {
      const db = await new DataSource(config).initialize()
      const running = failureOf(() => db.query('select pg_sleep(10)'))
      await expect.poll(() => database.server.sql(sleeping(name)), PATIENT).toEqual([{ count: '1' }])
      await db.destroy()
      return [await running, await failureOf(() => db.query('select 1')), await failureOf(() => db.destroy())]
    }
    const ended = await endedBy({ ...plainConfig(), applicationName: 'plain' }, 'plain')
    expect(ended[0]?.message).toBe('Connection terminated')
    const secured = secureConfig({ ...plainOptions(), applicationName: 'secure' }, NOWHERE)
    expect(await endedBy(secured, 'secure')).toEqual(ended)
  })

  test('results, and what the driver knows', async () => {
    const everything = async (db: DataSource) => {
      const { driver } = db
      const ships = db.getRepository('ship')
      await db.query('truncate ship cascade')
      return {
        row: await db.query(ROW),
        inserted: await ships.insert([
          { id: 1, name: 'one' },
          { id: 2, name: 'two' },
        ]),
        saved: await ships.save({ id: 3, name: 'three' }),
        updated: await ships.update({ id: 1 }, { name: 'uno' }),
        raw: await db.query("update ship set name = 'dos' where id = 2 returning *"),
        deleted: await db.query('delete from ship'),
        left: await ships.findAndCount(),
        driver: [driver.database, driver.schema, driver.isReplicated, driver.version, driver.options.type],
      }
    }
    const results = await everything(plain)
    expect(results.deleted).toEqual([[], 3])
    expect(await everything(secure)).toEqual(results)
  })

  test('parseInt8, which is pg’s for the whole process', async () => {
    const parsedBy = async (config: DataSource['options']) => {
      const db = await new DataSource(config).initialize()
      const rows = await db.query('select 8::int8 as eight')
      await db.destroy()
      pg.defaults.parseInt8 = false
      return rows
    }
    expect(await parsedBy({ ...plainConfig(), parseInt8: true })).toEqual([{ eight: 8 }])
    expect(await parsedBy(secureConfig({ ...plainOptions(), parseInt8: true }, NOWHERE))).toEqual([{ eight: 8 }])
    expect(await parsedBy(secureConfig(plainOptions(), NOWHERE))).toEqual([{ eight: '8' }])
  })

  test('logNotifications', async () => {
    const heardBy = async (config: (options: object) => DataSource['options']) => {
      const said: string[] = []
      const logger = { ...QUIET, log: (_level: string, text: string) => void said.push(text) }
      const db = await new DataSource(config({ logNotifications: true, logger, poolSize: 1 })).initialize()
      await db.query("do $$ begin raise notice 'a notice'; end $$")
      await db.query('listen twins')
      await db.query("notify twins, 'a notification'")
      await expect.poll(() => said.length, PATIENT).toBe(2)
      await db.destroy()
      return said
    }
    const heard = await heardBy((options) => ({ ...plainConfig(), ...options }))
    expect(heard).toEqual(['a notice', 'Received NOTIFY on channel twins: a notification.'])
    expect(await heardBy((options) => secureConfig({ ...plainOptions(), ...options }, NOWHERE))).toEqual(heard)
  })
})

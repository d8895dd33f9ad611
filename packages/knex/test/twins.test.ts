import { setTimeout as pause } from 'node:timers/promises'
import { secureConfig } from '@verifull/knex'
import { type Database, startDatabase } from '@verifull/test-harness'
import type { Knex } from 'knex'
import { type Client, DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUIET } from './config-of.ts'
import { VERSIONS } from './versions.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
  await database.server.sql(
    `create table scram_user.item (id integer primary key, name text not null unique check (name <> 'nobody'));
     create table scram_user.part (item_id integer references scram_user.item);
     insert into scram_user.item values (1, 'Anna');
     alter table scram_user.item owner to scram_user; alter table scram_user.part owner to scram_user`,
    'app',
  )
})
afterAll(() => database.stop())

/** Work that goes wrong, in the ways of Knex. */
const FAILURES: Readonly<Record<string, (db: Knex) => unknown>> = {
  'a second row of one id': (db) => db('item').insert({ id: 1, name: 'Bert' }),
  'a second row of one name': (db) => db('item').insert({ id: 2, name: 'Anna' }),
  'a null where none may be': (db) => db('item').insert({ id: 2 }),
  'a check that fails': (db) => db('item').insert({ id: 2, name: 'nobody' }),
  'a reference to nothing': (db) => db('part').insert({ item_id: 99 }),
  'a table that is not there': (db) => db('nothing').select(),
  'a column that is not there': (db) => db('item').select('nothing'),
  'a schema that is there already': (db) => db.schema.createTable('item', (columns) => columns.increments()),
  'no SQL at all': (db) => db.raw('selekt 1'),
  'an empty query': (db) => db.raw(''),
  'a binding that is undefined': (db) => db('item').where({ id: undefined }).select(),
  'a number that is none': (db) => db('item').where({ id: 'x' }).select(),
  'a division by zero, in a transaction': (db) => db.transaction((inside) => inside.raw('select 1 / 0')),
  'a query in a transaction that has failed': (db) =>
    db.transaction(async (inside) => {
      await inside.raw('select 1 / 0').catch(() => {})
      await inside.raw('select 1')
    }),
  'a transaction that throws': (db) =>
    db.transaction(() => {
      throw new RangeError('changed my mind')
    }),
  'a transaction that is rolled back with a reason': (db) =>
    db.transaction((inside) => inside.rollback(new RangeError('changed my mind'))),
  'a query in a transaction that is over': async (db) => {
    const transaction = await db.transaction()
    await transaction.commit()
    await transaction.raw('select 1')
  },
  'a savepoint that fails': (db) =>
    db.transaction((inside) => inside.transaction((deeper) => deeper('item').insert({ id: 1, name: 'Bert' }))),
  'a stream that cannot begin': (db) => everything(db('nothing').stream()),
  'a stream that breaks': (db) => everything(db.raw('select 1 / (5 - g) from generate_series(1, 10) g').stream()),
  'a batch that fails': (db) =>
    db.batchInsert('item', [
      { id: 5, name: 'Emil' },
      { id: 1, name: 'Bert' },
    ]),
  'a migration that fails': (db) =>
    db.migrate.latest({
      migrationSource: {
        getMigrations: async () => ['broken'],
        getMigrationName: (name: string) => name,
        getMigration: async () => ({ up: (inside: Knex) => inside.raw('selekt 1'), down: async () => {} }),
      },
    }),
  'a timeout of the query': (db) => db.raw('select pg_sleep(5)').timeout(100),
  'a timeout of the query that cancels it': async (db) => {
    try {
      await db.raw('select pg_sleep(5)').timeout(100, { cancel: true })
    } finally {
      // The server's message about it arrives a moment later.
      await pause(300)
    }
  },
  'a statement_timeout': (db) =>
    db.transaction(async (inside) => {
      await inside.raw("set local statement_timeout = '50ms'")
      await inside.raw('select pg_sleep(5)')
    }),
  'a session that the server ends': (db) => db.raw('select pg_terminate_backend(pg_backend_pid())'),
  'an instance that is destroyed': async (db) => {
    await db.destroy()
    await db.raw('select 1')
  },
  'an afterCreate that fails': (db) => db.raw('select 1'),
}

async function exhaust(db: Knex): Promise<void> {
  const transactions = await Promise.all([db.transaction(), db.transaction()])
  try {
    await db.raw('select 1')
  } finally {
    await Promise.all(transactions.map((transaction) => transaction.commit()))
  }
}

/** Knex forgets the connection of a failed afterCreate, so it is ended here. */
const AFTER_CREATE = (connection: Client, done: (error: Error) => void) =>
  connection.end(() => done(new Error('not this one')))

describe.each(VERSIONS)('what goes wrong is told as $name tells it:', ({ knex, options }) => {
  /** The same server, the same credentials, the same CA; once without Verifull, once with it. */
  const both = (more: Knex.Config & { settings?: object } = {}) => {
    const { settings, ...kept } = more
    const given = { ...database.settings, ...settings }
    const { host, port, user, password, database: name } = given
    const limits: Knex.Config = { log: QUIET, acquireConnectionTimeout: 2000, ...kept }
    const connection: Knex.PgConnectionConfig = {
      host: String(host),
      port: Number(port),
      user: String(user),
      password: String(password),
      database: String(name),
      ssl: { ca: database.hierarchy.root.certificate },
    }
    return [
      knex({ ...limits, client: 'pg', connection, pool: { min: 0, max: 2, ...kept.pool } }),
      knex(secureConfig({ ...options, ...limits, pool: { max: 2, ...kept.pool } }, given)),
    ] as const
  }

  const told = async (db: Knex, work: (db: Knex) => unknown) => {
    const events: unknown[] = []
    db.on('query-error', (error: unknown) => events.push(signsOf(error)))
    try {
      const value = await work(db)
      return { value: value === undefined ? 'undefined' : 'a value', events }
    } catch (error) {
      return { error: signsOf(error), isDatabaseError: error instanceof DatabaseError, events }
    } finally {
      await db.destroy()
    }
  }

  test.each(Object.entries(FAILURES))('%s', async (name, work) => {
    const [plain, secured] = both(name === 'an afterCreate that fails' ? { pool: { afterCreate: AFTER_CREATE } } : {})
    const expected = await told(plain, work)
    expect(expected).toHaveProperty('error')
    expect(await told(secured, work)).toEqual(expected)
  })

  test('a pool that is exhausted: the same error, and its message goes on with who has the connections', async () => {
    const [plain, secured] = both()
    const expected = await told(plain, exhaust)
    const message =
      'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?'
    expect(expected.error).toMatchObject({ name: 'KnexTimeoutError', message })
    const more = expect.stringContaining(`${message} the pool `)
    // Knex 3.3 has tarn's error as the cause, and 3.0 has none.
    const cause = expect.objectContaining({ code: 'POOL_TIMEOUT' })
    const error = { ...expected.error, message: more, ...('cause' in (expected.error ?? {}) && { cause }) }
    expect(await told(secured, exhaust)).toEqual({ ...expected, error })
  })

  test.each([
    ['a wrong password', { password: 'kahGh2-eiYo9' }],
    ['a user that is not there', { user: 'nobody_here', password: 'kahGh2-eiYo9' }],
    ['a database that is not there', { database: 'nowhere' }],
  ])('%s', async (_name, settings) => {
    const [plain, secured] = both({ settings })
    const expected = await told(plain, (db) => db.raw('select 1'))
    expect(expected).toMatchObject({ isDatabaseError: true })
    expect(await told(secured, (db) => db.raw('select 1'))).toEqual(expected)
  })

  test.each([
    ['a port where nobody listens', { port: 1 }, 'ECONNREFUSED'],
    ['a name that nobody has', { host: 'db.invalid' }, 'ENOTFOUND'],
  ])('%s: the code is the same, and the message says what it said', async (_name, settings, code) => {
    const [plain, secured] = both({ settings })
    const expected = await plain.raw('select 1').catch((error: unknown) => error)
    expect(expected).toMatchObject({ code })
    const error = await secured.raw('select 1').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ConnectError', code })
    expect(String(error)).toContain(code)
    await Promise.all([plain.destroy(), secured.destroy()])
  })
})

/** Returns the properties by which a caller recognizes an error. */
function signsOf(error: unknown): object {
  if (!(error instanceof Error)) return { thrown: error }
  return { ...error, class: Object.getPrototypeOf(error).constructor.name, name: error.name, message: error.message }
}

async function everything(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

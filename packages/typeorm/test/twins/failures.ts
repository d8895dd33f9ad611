import { setTimeout as pause } from 'node:timers/promises'
import type { DataSource, QueryRunner } from 'typeorm'

/** Failures, with the SQLSTATE or the class of the error. */
export const FAILURES: Readonly<Record<string, readonly [wanted: string, fail: (db: DataSource) => Promise<unknown>]>> =
  {
    'unique violation': [
      '23505',
      async (db) => {
        await db.query('truncate ship cascade')
        const ships = db.getRepository('ship')
        await ships.insert({ id: 1, name: 'one' })
        await ships.insert({ id: 1, name: 'again' })
      },
    ],
    'not-null violation': ['23502', (db) => db.getRepository('ship').insert({ id: 2 })],
    'foreign key violation': ['23503', (db) => db.query('insert into crew values (1, 4711)')],
    'check violation': ['23514', (db) => db.query("insert into ship values (-1, 'x')")],
    'syntax error': ['42601', (db) => db.query('selec 1')],
    'unknown table': ['42P01', (db) => db.query('select * from nothing')],
    'a value that does not fit': ['22P02', (db) => db.query('select $1::int', ['x'])],
    'a parameter too few': ['08P01', (db) => db.query('select $1::int + $2::int', [1])],
    'an exception with detail and hint': [
      'XX123',
      (db) =>
        db.query(
          `do $$ begin raise exception 'no' using errcode = 'XX123', detail = 'the detail', hint = 'the hint'; end $$`,
        ),
    ],
    'a write in a read-only transaction': [
      '25006',
      (db) =>
        db.transaction(async (inside) => {
          await inside.query('set transaction read only')
          await inside.query("insert into ship values (7, 'x')")
        }),
    ],
    'a query in a failed transaction': [
      '25P02',
      (db) =>
        db.transaction(async (inside) => {
          await inside.query('select 1/0').catch(() => {})
          await inside.query('select 1')
        }),
    ],
    'an error of the application in a transaction': [
      'RangeError',
      (db) =>
        db.transaction(async () => {
          throw new RangeError('mine')
        }),
    ],
    'serialization failure': [
      '40001',
      (db) =>
        twoRunners(db, async (one, other) => {
          await db.query("truncate ship cascade; insert into ship values (1, 'one')")
          await one.startTransaction('SERIALIZABLE')
          await one.query('select * from ship')
          await other.query("update ship set name = 'other'")
          await one.query("update ship set name = 'one more'")
        }),
    ],
    'lock timeout': [
      '55P03',
      (db) =>
        twoRunners(db, async (one, other) => {
          await one.startTransaction()
          await one.query('lock table ship')
          await other.query("set lock_timeout = '50ms'")
          await other.query('select * from ship').finally(() => other.query('reset lock_timeout'))
        }),
    ],
    deadlock: [
      '40P01',
      (db) =>
        twoRunners(db, async (one, other) => {
          await db.query("truncate ship cascade; insert into ship values (1, 'one'), (2, 'two')")
          for (const runner of [one, other]) await runner.startTransaction()
          await one.query('select * from ship where id = 1 for update')
          await other.query('select * from ship where id = 2 for update')
          const waiting = one.query('select * from ship where id = 2 for update')
          // The first one to wait is chosen, because it looks first.
          await pause(200)
          await Promise.all([waiting, other.query('select * from ship where id = 1 for update')])
        }),
    ],
    'statement timeout': [
      '57014',
      (db) =>
        db.transaction(async (inside) => {
          await inside.query("set local statement_timeout = '50ms'")
          await inside.query('select pg_sleep(10)')
        }),
    ],
    'a session that the server ends': ['57P01', (db) => db.query('select pg_terminate_backend(pg_backend_pid())')],
    'a stream that fails': [
      '22012',
      (db) =>
        withRunner(db, async (runner) => {
          for await (const _ of await runner.stream('select 1 / (3 - n) from generate_series(1, 5) n'));
        }),
    ],
    'a query runner that is released': [
      'QueryRunnerAlreadyReleasedError',
      (db) =>
        withRunner(db, async (runner) => {
          await runner.release()
          await runner.query('select 1')
        }),
    ],
    'a commit without a transaction': [
      'TransactionNotStartedError',
      (db) => withRunner(db, (runner) => runner.commitTransaction()),
    ],
    'an entity that is not there': [
      'EntityNotFoundError',
      (db) => db.getRepository('ship').findOneByOrFail({ id: 4711 }),
    ],
    'an entity that does not exist': ['EntityMetadataNotFoundError', async (db) => db.getRepository('nothing').find()],
    'a column that does not exist': [
      'EntityPropertyNotFoundError',
      (db) => db.getRepository('ship').findBy({ nothing: 1 }),
    ],
    'initialize() twice': ['CannotConnectAlreadyConnectedError', (db) => db.initialize()],
  }

async function withRunner(db: DataSource, work: (runner: QueryRunner) => Promise<unknown>): Promise<unknown> {
  const runner = db.createQueryRunner()
  try {
    return await work(runner)
  } finally {
    if (!runner.isReleased) await runner.release()
  }
}

function twoRunners(
  db: DataSource,
  work: (one: QueryRunner, other: QueryRunner) => Promise<unknown>,
): Promise<unknown> {
  return withRunner(db, (one) =>
    withRunner(db, async (other) => {
      try {
        return await work(one, other)
      } finally {
        for (const runner of [one, other]) if (runner.isTransactionActive) await runner.rollbackTransaction()
      }
    }),
  )
}

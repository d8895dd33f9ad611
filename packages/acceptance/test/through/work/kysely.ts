import type { Item, Work } from '@verifull/test-harness'
import type * as kysely from 'kysely'
import type { ControlledTransaction, Generated, Kysely, Migration } from 'kysely'
import { Pool } from 'pg'
import Cursor from 'pg-cursor'
import { configOf } from '../config.ts'

interface Tables {
  item: Item
  author: { id: Generated<number>; name: string }
  book: { id: Generated<number>; title: string; author_id: number }
}

/** Kysely's work beside connecting. */
export function kyselyWork({ CompiledQuery, Kysely, Migrator, PostgresDialect }: typeof kysely): Work<Kysely<Tables>> {
  return {
    open(request) {
      // pg's documentation asks for this listener: without it the process ends when an idle session ends.
      const pool = new Pool(configOf(request)).on('error', () => {})
      return new Kysely({ dialect: new PostgresDialect({ pool, cursor: Cursor }) })
    },
    close: (db) => db.destroy(),
    pool: true,
    query: async (on, sql) => (await on.executeQuery<Record<string, unknown>>(CompiledQuery.raw(sql))).rows,
    insert: (on, items) =>
      on
        .insertInto('item')
        .values([...items])
        .execute(),
    async transaction(db, body) {
      const transaction = await db.startTransaction().execute()
      try {
        await body(transaction)
        await transaction.commit().execute()
      } catch (error) {
        await transaction.rollback().execute()
        throw error
      }
    },
    async savepoint(inside, body) {
      if (!isControlled(inside)) throw new Error('a savepoint needs a transaction')
      const deeper = await inside.savepoint('deeper').execute()
      try {
        await body(deeper)
        await deeper.releaseSavepoint('deeper').execute()
      } catch (error) {
        await deeper.rollbackToSavepoint('deeper').execute()
        throw error
      }
    },
    stream: (db) => db.selectFrom('item').selectAll().stream(),
    async relations(db, { name, books }) {
      const { id } = await db.insertInto('author').values({ name }).returning('id').executeTakeFirstOrThrow()
      const written = books.map(({ title }) => ({ title, author_id: id }))
      if (written.length > 0) await db.insertInto('book').values(written).execute()
      const authors = await db.selectFrom('author').select(['id', 'name']).execute()
      const all = await db.selectFrom('book').select(['title', 'author_id']).execute()
      return authors.map(({ id, name }) => ({ name, books: all.filter((book) => book.author_id === id) }))
    },
    async migrate(db, direction) {
      const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
      const { error } = await (direction === 'up' ? migrator.migrateToLatest() : migrator.migrateDown())
      if (error !== undefined) throw error
    },
  }
}

const MIGRATIONS = { '1 ship': table('ship'), '2 harbour': table('harbour') }

function table(name: string): Migration {
  return {
    async up(db) {
      await db.schema.createTable(name).addColumn('id', 'integer').execute()
    },
    async down(db) {
      await db.schema.dropTable(name).execute()
    },
  }
}

function isControlled(db: Kysely<Tables>): db is ControlledTransaction<Tables> {
  return 'savepoint' in db
}

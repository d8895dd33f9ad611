import type { Work } from '@verifull/test-harness'
import { relations } from 'drizzle-orm'
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import { integer, type PgDatabase, pgTable, serial, text } from 'drizzle-orm/pg-core'
import type { Pool } from 'pg'
import { configOf } from '../config.ts'

const item = pgTable('item', { id: integer().primaryKey(), name: text().notNull() })
const author = pgTable('author', { id: serial().primaryKey(), name: text().notNull() })
const book = pgTable('book', {
  id: serial().primaryKey(),
  title: text().notNull(),
  authorId: integer('author_id').notNull(),
})
const books = relations(author, ({ many }) => ({ books: many(book) }))
const writer = relations(book, ({ one }) => ({
  author: one(author, { fields: [book.authorId], references: [author.id] }),
}))
const schema = { item, author, book, books, writer }

/** The database, or a transaction in it. */
type Drizzle = PgDatabase<NodePgQueryResultHKT, typeof schema> & { readonly $client?: Pool }

/** Drizzle's work beside connecting. */
export const drizzleWork: Work<Drizzle> = {
  open(request) {
    const db = drizzle({ connection: configOf(request), schema })
    // pg's documentation asks for this listener: without it the process ends when an idle session ends.
    db.$client.on('error', () => {})
    return db
  },
  close: async ({ $client }) => $client?.end(),
  pool: true,
  query: async (on, sql) => (await on.execute(sql)).rows,
  insert: (on, items) => on.insert(item).values([...items]),
  transaction: (db, body) => db.transaction(body),
  savepoint: (inside, body) => inside.transaction(body),
  async relations(db, { name, books }) {
    const [{ id: authorId } = { id: 0 }] = await db.insert(author).values({ name }).returning()
    if (books.length > 0) await db.insert(book).values(books.map(({ title }) => ({ title, authorId })))
    return db.query.author.findMany({ columns: { name: true }, with: { books: { columns: { title: true } } } })
  },
}

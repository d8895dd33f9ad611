import { join } from 'node:path'
import type { Author, Item, Work } from '@verifull/test-harness'
import type { Knex } from 'knex'
import { configOf } from './config-of.ts'
import type { Version } from './versions.ts'

/** A version of Knex at work. */
export function workOf({ knex, options }: Version): Work<Knex, Knex.Transaction> {
  return {
    pool: true,
    exit: join(import.meta.dirname, 'exit.mjs'),
    open: (request) => knex(configOf(request, { ...options, pool: { max: request.poolSize } })),
    close: (db) => db.destroy(),
    query: async (on, sql) => (await on.raw(sql)).rows,
    insert: (on, items) => on.batchInsert('item', [...items]),
    transaction: (db, body) => db.transaction(body),
    savepoint: (transaction, body) => transaction.transaction(body),
    stream: (db) => db<Item>('item').select('id', 'name').stream(),
    listen,
    relations,
    migrate: (db, direction) => db.migrate[direction === 'up' ? 'latest' : 'down']({ migrationSource }),
  }
}

/** A pool lends a connection to whoever asks next: who listens has one that belongs to no pool. */
async function listen({ client }: Knex, channel: string, heard: (payload: string) => void) {
  const connection = await client.acquireRawConnection()
  connection.on('notification', ({ payload = '' }) => heard(payload))
  await connection.query(`listen ${channel}`)
  return () => client.destroyRawConnection(connection)
}

async function relations(db: Knex, { name, books }: Author): Promise<readonly Author[]> {
  await db.transaction(async (transaction) => {
    const [author] = await transaction('author').insert({ name }, ['id'])
    const rows = books.map(({ title }) => ({ title, author_id: author?.id }))
    if (rows.length > 0) await transaction('book').insert(rows)
  })
  return db<Author>('author')
    .leftJoin('book', 'author.id', 'book.author_id')
    .groupBy('author.id')
    .select('name', db.raw("coalesce(json_agg(book) filter (where book.id is not null), '[]') as books"))
}

/** A schema’s history without files. */
const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => ['ship', 'harbour'],
  getMigrationName: (table) => table,
  getMigration: async (table) => ({
    up: ({ schema }) => schema.createTable(table, (columns) => columns.increments()),
    down: ({ schema }) => schema.dropTable(table),
  }),
}

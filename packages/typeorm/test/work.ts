import { setTimeout as pause } from 'node:timers/promises'
import type { Author, Item, Work } from '@verifull/test-harness'
import type { DataSource, Driver, EntityManager, EntitySchema, QueryRunner } from 'typeorm'
import { configOf } from './config-of.ts'
import type { Version } from './versions.ts'

/** A version of TypeORM at work, with entities, its transactions and its migrations. */
export function workOf({ typeorm, exit }: Version): Work<DataSource, EntityManager> {
  const { item, author, book } = entitiesOf(typeorm)
  return {
    pool: true,
    exit,
    open: ({ poolSize, ...request }) =>
      new typeorm.DataSource(
        configOf(request, { poolSize, entities: [item, author, book], migrations: [Ship1, Harbour2], logging: false }),
      ).initialize(),
    close,
    query: (on, sql) => on.query(sql),
    insert: (on, items) =>
      on
        .createQueryBuilder()
        .insert()
        .into(item)
        .values([...items])
        .execute(),
    transaction: (db, body) => db.transaction(body),
    savepoint: (inside, body) => inside.transaction(body),
    stream,
    listen,
    async relations({ manager }, wanted) {
      await manager.save(author, { ...wanted, books: [...wanted.books] })
      return manager.find(author, { relations: { books: true } })
    },
    migrate: (db, direction) => (direction === 'up' ? db.runMigrations() : db.undoLastMigration()),
  }
}

/** TypeORM's destroy() takes the connection from under a query that runs, with or without Verifull: whoever minds, waits. */
async function close(db: DataSource): Promise<void> {
  const { connectedQueryRunners } = db.driver as Driver & { connectedQueryRunners: readonly QueryRunner[] }
  while (connectedQueryRunners.length > 0) await pause(10)
  await db.destroy()
}

/** TypeORM's own stream() of a query builder keeps the connection when it is left early: the runner gives it back. */
async function* stream(db: DataSource): AsyncGenerator<Item> {
  const runner = db.createQueryRunner()
  try {
    yield* (await runner.stream('select id, name from item')) as AsyncIterable<Item>
  } finally {
    await runner.release()
  }
}

async function listen(db: DataSource, channel: string, heard: (payload: string) => void) {
  const runner = db.createQueryRunner()
  const client = await runner.connect()
  client.on('notification', ({ payload = '' }) => heard(payload))
  await runner.query(`listen ${channel}`)
  return async () => {
    await runner.query(`unlisten ${channel}`)
    await runner.release()
  }
}

interface Book {
  readonly id: number
  readonly title: string
  readonly author: AuthorRow
}

interface AuthorRow extends Author {
  readonly id: number
  readonly books: Book[]
}

/** Without decorators, so that no transpiler needs an option. */
function entitiesOf({ EntitySchema: Schema }: Version['typeorm']) {
  const id = { type: 'int', primary: true, generated: 'increment' } as const
  const text = { type: 'text' } as const
  const item: EntitySchema<Item> = new Schema<Item>({
    name: 'item',
    columns: { id: { type: 'int', primary: true }, name: { ...text, unique: true } },
  })
  const author: EntitySchema<AuthorRow> = new Schema<AuthorRow>({
    name: 'author',
    columns: { id, name: text },
    relations: { books: { type: 'one-to-many', target: 'book', inverseSide: 'author', cascade: ['insert'] } },
  })
  const book: EntitySchema<Book> = new Schema<Book>({
    name: 'book',
    columns: { id, title: text },
    relations: {
      author: { type: 'many-to-one', target: 'author', inverseSide: 'books', joinColumn: { name: 'author_id' } },
    },
  })
  return { item, author, book }
}

class Ship1 {
  readonly name = 'Ship0000000000001'

  up(runner: QueryRunner): Promise<void> {
    return runner.query('create table ship (id integer)')
  }

  down(runner: QueryRunner): Promise<void> {
    return runner.query('drop table ship')
  }
}

class Harbour2 {
  readonly name = 'Harbour0000000000002'

  up(runner: QueryRunner): Promise<void> {
    return runner.query('create table harbour (id integer)')
  }

  down(runner: QueryRunner): Promise<void> {
    return runner.query('drop table harbour')
  }
}

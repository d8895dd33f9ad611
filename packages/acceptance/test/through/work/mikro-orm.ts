import type { Collection, EntitySchema, SqlEntityManager } from '@mikro-orm/postgresql'
import type { SecureConfig } from '@verifull/pg'
import type { Item, Work } from '@verifull/test-harness'
import { configOf } from '../config.ts'

/** The parts that both majors of MikroORM have. */
export interface MikroOrm {
  readonly Collection: typeof Collection
  readonly EntitySchema: typeof EntitySchema
  open(entities: EntitySchema[], config: SecureConfig): SqlEntityManager
}

/** MikroORM's work beside connecting. */
export function mikroOrmWork({ Collection, EntitySchema, open }: MikroOrm): Work<SqlEntityManager> {
  class Author {
    id!: number
    name!: string
    books = new Collection<Book>(this)
  }

  class Book {
    id!: number
    title!: string
    author!: Author
  }

  const entities = [
    new EntitySchema<Item>({
      name: 'Item',
      properties: { id: { type: 'integer', primary: true }, name: { type: 'text' } },
    }),
    new EntitySchema({
      class: Author,
      properties: {
        id: { type: 'integer', primary: true },
        name: { type: 'text' },
        books: { kind: '1:m', entity: () => Book, mappedBy: 'author' },
      },
    }),
    new EntitySchema({
      class: Book,
      properties: {
        id: { type: 'integer', primary: true },
        title: { type: 'text' },
        author: { kind: 'm:1', entity: () => Author },
      },
    }),
  ]

  return {
    open: (request) => open(entities, configOf(request)),
    close: (em) => em.getDriver().close(true),
    pool: true,
    query: (on, sql) => on.execute(sql),
    insert: (on, items) => on.insertMany<Item>('Item', [...items]),
    transaction: (em, body) => em.transactional(body),
    // A nested transaction is a savepoint.
    savepoint: (inside, body) => inside.transactional(body),
    async relations(em, { name, books }) {
      em.create(Author, { name, books: books.map(({ title }) => ({ title })) })
      await em.flush()
      const authors = await em.fork().findAll(Author, { populate: ['books'] })
      return authors.map(({ name, books }) => ({ name, books: books.getItems() }))
    },
  }
}

import type { Author, Work } from '@verifull/test-harness'
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'
import { SequelizeStorage, Umzug } from 'umzug'
import { settingsOf } from './request.ts'
import type { Version } from './versions.ts'

/** A transaction, and the Sequelize it belongs to. */
interface Inside {
  readonly db: Sequelize
  readonly transaction: Transaction
}

/** A version of Sequelize at work, with models, its transactions, and umzug for its migrations. */
export function workOf({ secured, open, lend, poolOf, types, exit }: Version): Work<Sequelize, Inside> {
  return {
    pool: true,
    exit,
    open({ poolSize: max, timeoutMs: acquire, ...request }) {
      const db = open(secured({ pool: { max, acquire } }, settingsOf({ ...request, timeoutMs: acquire })))
      defineModels(db, types)
      return db
    },
    async close(db) {
      // Sequelize 7 closes what is idle and leaves the rest open, with or without Verifull: whoever minds, waits.
      await poolOf(db).drain()
      await db.close()
    },
    query(on, sql) {
      const { db, ...options } = scopeOf(on)
      return db.query<Record<string, unknown>>(sql, { ...options, type: QueryTypes.SELECT })
    },
    insert(on, items) {
      const { db, ...options } = scopeOf(on)
      return db.model('item').bulkCreate(
        items.map((item) => ({ ...item })),
        options,
      )
    },
    transaction: (db, body) => db.transaction((transaction) => body({ db, transaction })),
    savepoint({ db, transaction }, body) {
      // Sequelize 6 makes a savepoint of any transaction in another; 7 is to be asked for one.
      const nested = { transaction, nestMode: 'savepoint' }
      return db.transaction(nested, (deeper) => body({ db, transaction: deeper }))
    },
    async listen(db, channel, heard) {
      const client = await lend(db)
      client.on('notification', ({ payload = '' }) => heard(payload))
      await client.query(`listen ${channel}`)
      return async () => {
        await client.query(`unlisten ${channel}`)
        poolOf(db).release(client)
      }
    },
    async relations(db, author) {
      await db.model('author').create({ ...author }, { include: ['books'] })
      const authors = await db.model('author').findAll({ include: ['books'] })
      return authors.map((one) => one.get({ plain: true }) as Author)
    },
    migrate: (db, direction) => migrations(db, types)[direction](),
  }
}

function scopeOf(on: Sequelize | Inside): { readonly db: Sequelize; readonly transaction?: Transaction } {
  return 'db' in on ? on : { db: on }
}

function defineModels(db: Sequelize, { INTEGER, TEXT }: Version['types']): void {
  const plain = { freezeTableName: true, timestamps: false }
  db.define('item', { id: { type: INTEGER, primaryKey: true }, name: { type: TEXT, unique: true } }, plain)
  const id = { type: INTEGER, primaryKey: true, autoIncrement: true }
  const author = db.define('author', { id, name: TEXT }, plain)
  const book = db.define('book', { id, title: TEXT }, plain)
  author.hasMany(book, { as: 'books', foreignKey: 'author_id' })
}

function migrations(db: Sequelize, { INTEGER, STRING }: Version['types']) {
  const tables = db.getQueryInterface()
  const creating = (name: string) => ({
    name,
    up: () => tables.createTable(name, { id: INTEGER }),
    down: () => tables.dropTable(name),
  })
  const name = { type: STRING, primaryKey: true }
  const model = db.isDefined?.('SequelizeMeta')
    ? db.model('SequelizeMeta')
    : db.define('SequelizeMeta', { name }, { timestamps: false })
  return new Umzug({
    migrations: [creating('ship'), creating('harbour')],
    storage: new SequelizeStorage({ model }),
    logger: undefined,
  })
}

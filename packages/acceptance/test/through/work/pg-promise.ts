import type { Work } from '@verifull/test-harness'
import pgPromise, { type IBaseProtocol, type IDatabase } from 'pg-promise'
import { configOf } from '../config.ts'

export const pgp = pgPromise({ noWarnings: true })

const items = new pgp.helpers.ColumnSet(['id', 'name'], { table: 'item' })

/** The database, or a transaction in it. */
type PgPromise = IBaseProtocol<object> & Partial<Pick<IDatabase<object>, '$pool' | 'connect'>>

/** pg-promise's work beside connecting. */
export const pgPromiseWork: Work<PgPromise> = {
  open: (request) => pgp(configOf(request) as object),
  close: async ({ $pool }) => $pool?.end(),
  pool: true,
  query: (on, sql) => on.any(sql),
  insert: (on, rows) => on.none(pgp.helpers.insert([...rows], items)),
  transaction: (db, body) => db.tx(body),
  // A nested transaction is a savepoint.
  savepoint: (inside, body) => inside.tx(body),
  async listen(db, channel, heard) {
    const connection = await db.connect?.({ direct: true })
    connection?.client.on('notification', ({ payload = '' }) => heard(payload))
    await connection?.none('listen $1:name', channel)
    return async () => connection?.done()
  },
}

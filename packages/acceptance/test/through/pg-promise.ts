import type { Library } from './library.ts'
import { pgPromiseWork, pgp } from './work/pg-promise.ts'

/** Makes a Pool of the configuration with its own copy of pg and its own types. */
export const pgPromiseLibrary: Library = {
  name: 'pg-promise 12',
  async connect(config) {
    const db = pgp(config as object)
    const connection = await db.connect()
    return {
      query: (sql) => connection.any(sql),
      async close() {
        connection.done(true)
        await db.$pool.end()
      },
    }
  },
  work: pgPromiseWork,
}

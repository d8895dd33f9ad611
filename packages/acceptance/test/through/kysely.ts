import type * as kysely from 'kysely'
import { Pool } from 'pg'
import type { Library } from './library.ts'
import { kyselyWork } from './work/kysely.ts'
import { lent } from './work/lent.ts'

/** Takes a Pool. */
export function kyselyLibrary(name: string, library: typeof kysely): Library {
  const { CompiledQuery, Kysely, PostgresDialect } = library
  return {
    name,
    async connect(config) {
      const db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool(config) }) })
      const { connection, release } = await lent(db)
      return {
        query: async (sql) => (await connection.executeQuery<Row>(CompiledQuery.raw(sql))).rows,
        async close() {
          release()
          await db.destroy()
        },
      }
    },
    work: kyselyWork(library),
  }
}

type Row = Readonly<Record<string, unknown>>

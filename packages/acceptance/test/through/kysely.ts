import { type Adapter, ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import type * as kysely from 'kysely'
import { Pool } from 'pg'
import { configOf } from './config.ts'
import { kyselyWork } from './work/kysely.ts'
import { lent } from './work/lent.ts'

/** Kysely is given a Pool. */
export function kyselyAdapter(name: string, library: typeof kysely): Adapter {
  const { CompiledQuery, Kysely, PostgresDialect } = library
  return defineAdapter({
    name: `${name} through @verifull/pg`,
    capabilities: ALL_CAPABILITIES,
    async connect(request) {
      const db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool(configOf(request)) }) })
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
  })
}

type Row = Readonly<Record<string, unknown>>

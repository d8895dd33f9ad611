import { type Adapter, ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import type PgBoss from 'pg-boss'
import { configOf } from './config.ts'

/** pg-boss makes a Pool of the configuration; this one is opened without the tables of the jobs. */
export function pgBossAdapter(name: string, Boss: new (options: PgBoss.ConstructorOptions) => Jobs): Adapter {
  return defineAdapter({
    name: `${name} through @verifull/pg`,
    capabilities: ALL_CAPABILITIES,
    async connect(request) {
      const db = new Boss({ ...configOf(request), max: 1 }).getDb() as PgBoss.Db & Opened
      await db.open()
      await db.executeSql('select 1', [])
      return { query: async (sql) => (await db.executeSql(sql, [])).rows, close: () => db.close() }
    },
  })
}

/** What the majors have in common. */
interface Jobs {
  getDb(): object
}

/** What pg-boss's types do not tell. */
interface Opened {
  open(): Promise<void>
  close(): Promise<void>
}

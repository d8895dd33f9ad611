import type PgBoss from 'pg-boss'
import type { Library } from './library.ts'

/** Makes a Pool of the configuration; here it is opened without the tables of the jobs. */
export function pgBossLibrary(name: string, Boss: new (options: PgBoss.ConstructorOptions) => Jobs): Library {
  return {
    name,
    asks: true,
    async connect(config) {
      const db = new Boss({ ...config, max: 1 }).getDb() as PgBoss.Db & Opened
      await db.open()
      await db.executeSql('select 1', [])
      return { query: async (sql) => (await db.executeSql(sql, [])).rows, close: () => db.close() }
    },
  }
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

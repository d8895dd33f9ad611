import type PgBoss from 'pg-boss'
import type { Library } from './library.ts'

/** Makes a Pool of the configuration; opened here without the tables of the jobs. */
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

/** The parts that both majors have. */
interface Jobs {
  getDb(): object
}

/** Members that pg-boss's types omit. */
interface Opened {
  open(): Promise<void>
  close(): Promise<void>
}

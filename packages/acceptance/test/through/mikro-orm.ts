import { MikroORM } from '@mikro-orm/postgresql'
import type { Library } from './library.ts'
import { mikroOrmWork } from './work/mikro-orm.ts'

/** Hands the configuration to Knex, and that to a Client of a third copy of pg. */
export const mikroOrmLibrary: Library = {
  name: 'MikroORM 6',
  asks: true,
  async connect(connection) {
    const orm = MikroORM.initSync({
      dbName: 'app',
      driverOptions: { connection },
      pool: { min: 0, max: 1 },
      discovery: { warnWhenNoEntities: false },
    })
    await orm.em.execute('select 1')
    return { query: (sql) => orm.em.execute(sql), close: () => orm.close(true) }
  },
  work: mikroOrmWork,
}

import { Collection, EntitySchema, MikroORM, type Options } from '@mikro-orm/postgresql'
import type { SecureConfig } from '@verifull/pg'
import type { Library } from './library.ts'
import { mikroOrmWork } from './work/mikro-orm.ts'

/** Passes the configuration to Knex, and through it to a Client of a third copy of pg. */
export const mikroOrmLibrary: Library = {
  name: 'MikroORM 6',
  asks: true,
  async connect(connection) {
    const orm = MikroORM.initSync(optionsOf(connection, 1))
    await orm.em.execute('select 1')
    return { query: (sql) => orm.em.execute(sql), close: () => orm.close(true) }
  },
  work: mikroOrmWork({
    Collection,
    EntitySchema,
    open: (entities, config) => MikroORM.initSync({ ...optionsOf(config, config.max), entities }).em.fork(),
  }),
}

function optionsOf(connection: SecureConfig, max = 10): Options {
  const discovery = { warnWhenNoEntities: false }
  return { dbName: 'app', driverOptions: { connection }, pool: { min: 0, max }, discovery }
}

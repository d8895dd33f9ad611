import { MikroORM } from '@mikro-orm/postgresql'
import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { configOf } from './config.ts'
import { mikroOrmWork } from './work/mikro-orm.ts'

/** MikroORM 6 hands the configuration to Knex, and that to a Client of a third copy of pg. */
export const mikroOrmAdapter = defineAdapter({
  name: 'MikroORM 6 through @verifull/pg',
  capabilities: ALL_CAPABILITIES,
  async connect(request) {
    const orm = MikroORM.initSync({
      dbName: 'app',
      driverOptions: { connection: configOf(request) },
      pool: { min: 0, max: 1 },
      discovery: { warnWhenNoEntities: false },
    })
    await orm.em.execute('select 1')
    return { query: (sql) => orm.em.execute(sql), close: () => orm.close(true) }
  },
  work: mikroOrmWork,
})

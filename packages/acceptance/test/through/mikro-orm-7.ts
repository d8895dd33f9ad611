import { type Adapter, ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import type { mikroOrm } from '../../newest/libraries.ts'
import { configOf } from './config.ts'

/** MikroORM 7 makes a Pool of the configuration. */
export function mikroOrm7Adapter({ MikroORM }: Awaited<ReturnType<typeof mikroOrm>>): Adapter {
  return defineAdapter({
    name: 'MikroORM 7 through @verifull/pg',
    capabilities: ALL_CAPABILITIES,
    async connect(request) {
      const orm = await MikroORM.init({
        dbName: 'app',
        driverOptions: { ...configOf(request), max: 1 },
        entities: [],
        discovery: { warnWhenNoEntities: false },
      })
      await orm.em.execute('select 1')
      return { query: (sql) => orm.em.execute(sql), close: () => orm.close(true) }
    },
  })
}

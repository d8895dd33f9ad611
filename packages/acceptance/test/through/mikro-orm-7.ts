import type { mikroOrm } from '../../newest/libraries.ts'
import type { Library } from './library.ts'

/** Makes a Pool of the configuration. */
export function mikroOrm7Library({ MikroORM }: Awaited<ReturnType<typeof mikroOrm>>): Library {
  return {
    name: 'MikroORM 7',
    asks: true,
    async connect(config) {
      const orm = await MikroORM.init({
        dbName: 'app',
        driverOptions: { ...config, max: 1 },
        entities: [],
        discovery: { warnWhenNoEntities: false },
      })
      await orm.em.execute('select 1')
      return { query: (sql) => orm.em.execute(sql), close: () => orm.close(true) }
    },
  }
}

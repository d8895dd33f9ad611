import type { SecureConfig } from '@verifull/pg'
import type { mikroOrm } from '../../newest/libraries.ts'
import type { Library } from './library.ts'
import { type MikroOrm, mikroOrmWork } from './work/mikro-orm.ts'

/** Makes a Pool of the configuration. */
export function mikroOrm7Library({ MikroORM, ...library }: Awaited<ReturnType<typeof mikroOrm>>): Library {
  const opened = (driverOptions: SecureConfig, entities: unknown[] = []) => {
    const discovery = { warnWhenNoEntities: false }
    return new MikroORM({ dbName: 'app', driverOptions, entities: entities as [], discovery })
  }
  return {
    name: 'MikroORM 7',
    asks: true,
    async connect(config) {
      const orm = opened({ ...config, max: 1 })
      await orm.em.execute('select 1')
      return { query: (sql) => orm.em.execute(sql), close: () => orm.close(true) }
    },
    // The parts that the work uses are the same in both majors.
    work: mikroOrmWork({
      ...library,
      open: (entities: unknown[], config: SecureConfig) => opened(config, entities).em.fork(),
    } as unknown as MikroOrm),
  }
}

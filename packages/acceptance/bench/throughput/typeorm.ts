import { DataSource, type DataSourceOptions, EntitySchema, LessThanOrEqual } from 'typeorm'
import { CHECKOUT_MS, CONNECTIONS, IDLE_MS, type Library, type Reader } from './library.ts'

const Item = new EntitySchema<{ id: number; name: string }>({
  name: 'Item',
  tableName: 'bench_item',
  columns: { id: { type: Number, primary: true }, name: { type: String } },
})

/** TypeORM's repository. */
export const typeormLibrary: Library = {
  name: 'TypeORM',
  plain: ({ user: username, ...destination }) =>
    readerOf({
      type: 'postgres',
      ...destination,
      username,
      entities: [Item],
      poolSize: CONNECTIONS,
      connectTimeoutMS: CHECKOUT_MS,
      extra: { idleTimeoutMillis: IDLE_MS },
    }),
  secure: async (settings) => {
    const { secureConfig } = await import('@verifull/typeorm')
    return readerOf(secureConfig({ entities: [Item], poolSize: CONNECTIONS }, settings))
  },
}

async function readerOf(options: DataSourceOptions): Promise<Reader> {
  const source = await new DataSource(options).initialize()
  const items = source.getRepository(Item)
  return {
    read: (count) => items.findBy({ id: LessThanOrEqual(count) }),
    close: () => source.destroy(),
  }
}

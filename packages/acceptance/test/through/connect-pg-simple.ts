import connectPgSimple from 'connect-pg-simple'
import session from 'express-session'
import type { Library } from './library.ts'

const PgStore = connectPgSimple(session)

/** Makes a Pool of the configuration; the method used for queries is not public. */
export const connectPgSimpleLibrary: Library = {
  name: 'connect-pg-simple 10',
  asks: true,
  async connect(conObject) {
    const store = new PgStore({ conObject, pruneSessionInterval: false }) as Asked
    await store._asyncQuery('select 1', [], true)
    return {
      query: async (sql) => [await store._asyncQuery(sql, [], true)],
      close: async () => store.close(),
    }
  },
}

type Asked = InstanceType<typeof PgStore> & {
  /** Resolves with the first row. */
  _asyncQuery(sql: string, values: unknown[], noTableCreation: boolean): Promise<Readonly<Record<string, unknown>>>
}

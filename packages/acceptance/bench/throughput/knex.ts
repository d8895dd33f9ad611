import knex, { type Knex } from 'knex'
import { CHECKOUT_MS, CONNECTIONS, type Library, type Reader } from './library.ts'

const pool = { min: 0, max: CONNECTIONS }

/** Knex's query builder. */
export const knexLibrary: Library = {
  name: 'Knex',
  plain: async (connection) => readerOf({ client: 'pg', connection, pool, acquireConnectionTimeout: CHECKOUT_MS }),
  secure: async (settings) => {
    const { secureConfig } = await import('@verifull/knex')
    return readerOf(secureConfig({ pool }, settings))
  },
}

function readerOf(config: Knex.Config): Reader {
  const database = knex(config)
  return {
    read: async (count) => database('bench_item').select('id', 'name').where('id', '<=', count),
    close: () => database.destroy(),
  }
}

import pg from 'pg'
import { CHECKOUT_MS, CONNECTIONS, IDLE_MS, type Library, type Reader } from './library.ts'

/** pg's Pool. */
export const pgLibrary: Library = {
  name: 'pg',
  plain: async (destination) =>
    readerOf(
      new pg.Pool({
        ...destination,
        max: CONNECTIONS,
        connectionTimeoutMillis: CHECKOUT_MS,
        idleTimeoutMillis: IDLE_MS,
      }),
    ),
  secure: async (settings) => {
    const { secureConfig } = await import('@verifull/pg')
    return readerOf(new pg.Pool(secureConfig({ max: CONNECTIONS }, settings)))
  },
}

function readerOf(pool: pg.Pool): Reader {
  return {
    read: async (count) => (await pool.query('select id, name from bench_item where id <= $1', [count])).rows,
    close: () => pool.end(),
  }
}

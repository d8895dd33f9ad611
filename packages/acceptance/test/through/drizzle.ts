import { drizzle } from 'drizzle-orm/node-postgres'
import type { Library } from './library.ts'
import { drizzleWork } from './work/drizzle.ts'

/** Makes a Pool of the configuration. */
export const drizzleLibrary: Library = {
  name: 'Drizzle 0.45',
  async connect(connection) {
    const { $client: pool } = drizzle({ connection })
    const client = await pool.connect()
    return {
      query: async (sql) => (await drizzle({ client }).execute(sql)).rows,
      async close() {
        client.release(true)
        await pool.end()
      },
    }
  },
  work: drizzleWork,
}

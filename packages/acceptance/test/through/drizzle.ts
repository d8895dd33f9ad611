import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { drizzle } from 'drizzle-orm/node-postgres'
import { configOf } from './config.ts'
import { drizzleWork } from './work/drizzle.ts'

/** Drizzle makes a Pool of the configuration. */
export const drizzleAdapter = defineAdapter({
  name: 'Drizzle 0.45 through @verifull/pg',
  capabilities: ALL_CAPABILITIES,
  async connect(request) {
    const { $client: pool } = drizzle({ connection: configOf(request) })
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
})

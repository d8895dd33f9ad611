import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { Client, Pool } from 'pg'
import { configOf } from './config-of.ts'
import { clientWork, poolWork } from './work.ts'

/** Verifull under pg's Pool, as most users have it. */
export const poolAdapter = defineAdapter({
  name: '@verifull/pg in a Pool',
  capabilities: ALL_CAPABILITIES,
  work: poolWork,
  async connect(request) {
    const pool = new Pool(configOf(request))
    const client = await pool.connect()
    return {
      query: async (sql) => (await client.query(sql)).rows,
      async close() {
        client.release(true)
        await pool.end()
      },
    }
  },
})

/** Verifull under pg's own Client, whose class cannot be replaced. */
export const clientAdapter = defineAdapter({
  name: '@verifull/pg in a Client',
  capabilities: ALL_CAPABILITIES,
  work: clientWork,
  async connect(request) {
    const client = new Client(configOf(request))
    await client.connect()
    return { query: async (sql) => (await client.query(sql)).rows, close: () => client.end() }
  },
})

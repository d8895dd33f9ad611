import { secureConfig } from '@verifull/pg'
import { ALL_CAPABILITIES, defineAdapter } from '@verifull/test-harness'
import { Pool } from 'pg'
import { refusalOf } from './refusal.ts'

/** Verifull under pg's Pool, as users have it. */
export const poolAdapter = defineAdapter({
  name: '@verifull/pg Pool',
  capabilities: ALL_CAPABILITIES,
  async connect({ parameters, environment, uri, timeoutMs }) {
    const { dbname, ...rest } = parameters
    const settings = {
      ...rest,
      ...(dbname !== undefined && { database: dbname }),
      ...(uri !== undefined && { url: uri }),
    }
    const pool = new Pool(
      secureConfig({ connectionTimeoutMillis: timeoutMs }, {
        ...settings,
        policy: 'development',
        environment,
      } as never),
    )
    try {
      const client = await pool.connect()
      return {
        query: async (sql) => (await client.query(sql)).rows,
        async close() {
          client.release(true)
          await pool.end()
        },
      }
    } catch (error) {
      await pool.end()
      throw error
    }
  },
  refusalOf,
})

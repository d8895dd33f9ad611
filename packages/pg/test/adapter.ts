import { secureConfig } from '@verifull/pg'
import { ALL_CAPABILITIES, type ConnectRequest, defineAdapter } from '@verifull/test-harness'
import { Client, Pool } from 'pg'
import { refusalOf } from './refusal.ts'

/** Verifull under pg's Pool, as most users have it. */
export const poolAdapter = defineAdapter({
  name: '@verifull/pg in a Pool',
  capabilities: ALL_CAPABILITIES,
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
  refusalOf,
})

/** Verifull under pg's own Client, whose class cannot be replaced. */
export const clientAdapter = defineAdapter({
  name: '@verifull/pg in a Client',
  capabilities: ALL_CAPABILITIES,
  async connect(request) {
    const client = new Client(configOf(request))
    await client.connect()
    return { query: async (sql) => (await client.query(sql)).rows, close: () => client.end() }
  },
  refusalOf,
})

function configOf({ parameters, environment, uri, timeoutMs }: ConnectRequest) {
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // The suite speaks libpq's keywords as text, which the types of the settings know one by one.
  return secureConfig({ connectionTimeoutMillis: timeoutMs }, {
    ...settings,
    policy: 'development',
    environment,
  } as Parameters<typeof secureConfig>[1])
}

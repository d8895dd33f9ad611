import { readFileSync } from 'node:fs'
import { defineAdapter, refusalOf } from '@verifull/test-harness'
import postgres from 'postgres'

export const adapter = defineAdapter({
  name: 'postgres.js 3.4.9',
  capabilities: {},
  async connect({ parameters: { dbname: database, sslmode, sslrootcert, ...rest }, timeoutMs }) {
    const ca = sslrootcert && readFileSync(sslrootcert)
    const ssl = { disable: false, 'verify-ca': { ca }, 'verify-full': { ca } }[sslmode] ?? sslmode
    const sql = postgres({ ...rest, database, ssl, max: 1, fetch_types: false, connect_timeout: timeoutMs / 1000 })
    // The client connects on the first query.
    await sql`select 1`.catch((error) => sql.end({ timeout: 0 }).then(() => Promise.reject(error)))
    return { query: (text) => sql.unsafe(text), close: () => sql.end({ timeout: 1 }) }
  },
  refusalOf: (error) =>
    error.code === 'CONNECT_TIMEOUT' ? { ...refusalOf(error), reason: 'timeout' } : refusalOf(error),
})

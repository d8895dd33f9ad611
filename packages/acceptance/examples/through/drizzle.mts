import { secureConfig } from '@verifull/pg'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'

const db = drizzle({ connection: secureConfig() })
const { rows } = await db.execute(sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`)
console.log(rows) // [ { ssl: true } ]
await db.$client.end()

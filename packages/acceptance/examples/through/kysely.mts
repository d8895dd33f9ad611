import { secureConfig } from '@verifull/pg'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'

const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool(secureConfig()) }) })
const { rows } = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db)
console.log(rows) // [ { ssl: true } ]
await db.destroy()

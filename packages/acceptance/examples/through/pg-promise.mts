import { secureConfig } from '@verifull/pg'
import pgPromise from 'pg-promise'

const pgp = pgPromise()
// pg-promise declares its own Client type instead of pg's; typed as object, the configuration fits.
const db = pgp(secureConfig() as object)
console.log(await db.any('select ssl from pg_stat_ssl where pid = pg_backend_pid()')) // [ { ssl: true } ]
await db.$pool.end()

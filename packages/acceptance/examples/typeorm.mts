import { secureConfig } from '@verifull/typeorm'
import { DataSource } from 'typeorm'

const db = await new DataSource(secureConfig({ entities: [], poolSize: 20 })).initialize()
console.log(await db.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')) // [ { ssl: true } ]
await db.destroy()

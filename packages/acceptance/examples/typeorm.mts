import { resolveProfile, securePg } from '@verifull/pg'
import { DataSource } from 'typeorm'

const db = new DataSource({ type: 'postgres', driver: securePg(resolveProfile().profile), entities: [] })
await db.initialize()
console.log(await db.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')) // [ { ssl: true } ]
await db.destroy()

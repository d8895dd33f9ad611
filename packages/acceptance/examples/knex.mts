import { secureConfig } from '@verifull/knex'
import knex from 'knex'

const db = knex(secureConfig({ pool: { max: 20 } }))
console.log(await db('pg_stat_ssl').select('ssl').whereRaw('pid = pg_backend_pid()')) // [ { ssl: true } ]
await db.destroy()

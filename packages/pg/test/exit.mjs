import { secureConfig } from '@verifull/pg'
import pg from 'pg'

const { parameters, environment } = JSON.parse(process.env.WORK_REQUEST)
const { dbname: database, ...settings } = parameters

const pool = new pg.Pool(secureConfig({}, { ...settings, database, policy: 'development', environment }))
await pool.query("insert into item values (1, 'from a process of its own')")
await pool.end()

import { attestationOf, secureConfig } from '@verifull/pg'
import pg from 'pg'

const pool = new pg.Pool(secureConfig({ max: 20 }))

const client = await pool.connect()
console.log(attestationOf(client)?.tls?.verification) // full
client.release()

await pool.end()

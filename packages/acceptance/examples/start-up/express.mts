import { once } from 'node:events'
import { secureConfig, verifyConnection } from '@verifull/pg'
import express from 'express'
import pg from 'pg'

// Throws, so that the application does not start, on everything that the policy refuses.
const { server: database } = await verifyConnection()
console.log(database.encrypted, database.superuser) // true false

const pool = new pg.Pool(secureConfig({ max: 5 }))
const app = express()
app.get('/', async (_request, response) => {
  const { rows } = await pool.query('select 1 as one')
  response.json(rows)
})

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const answer = await fetch(`http://127.0.0.1:${typeof address === 'object' && address?.port}/`)
console.log(await answer.text()) // [{"one":1}]
server.close()
await pool.end()

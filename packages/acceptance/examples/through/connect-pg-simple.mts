import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { secureConfig } from '@verifull/pg'
import connectPgSimple from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'

const PgStore = connectPgSimple(session)
const store = new PgStore({ conObject: secureConfig({ max: 5 }), createTableIfMissing: true })
const secret = randomBytes(32).toString('hex')

const app = express()
app.use(session({ store, secret, resave: false, saveUninitialized: true }))
app.get('/', (_request, response) => void response.send('hello'))

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const answer = await fetch(`http://127.0.0.1:${typeof address === 'object' && address?.port}/`)
console.log(await answer.text()) // hello
server.close()
await store.close()

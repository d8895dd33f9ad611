import { secureConfig } from '@verifull/knex'
import knex from 'knex'

const { parameters, environment } = JSON.parse(process.env.WORK_REQUEST)
const { dbname: database, ...settings } = parameters

const db = knex(secureConfig({}, { ...settings, database, policy: 'development', environment }))
await db('item').insert({ id: 1, name: 'from a process of its own' })
await db.destroy()

import { resolveProfile, securePg } from '@verifull/pg'
import { QueryTypes, Sequelize } from 'sequelize'

const dialectModule = securePg(resolveProfile().profile)
const db = new Sequelize({ dialect: 'postgres', dialectModule, logging: false })
const question = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'
console.log(await db.query(question, { type: QueryTypes.SELECT })) // [ { ssl: true } ]
await db.close()

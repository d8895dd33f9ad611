import { secureConfig } from '@verifull/sequelize'
import { QueryTypes, Sequelize } from 'sequelize'

const db = new Sequelize(secureConfig({ logging: false, pool: { max: 20 } }))
const question = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'
console.log(await db.query(question, { type: QueryTypes.SELECT })) // [ { ssl: true } ]
await db.close()

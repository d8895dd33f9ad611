import { Sequelize } from '@sequelize/core'
import { secureConfig } from '@verifull/sequelize/v7'

const { parameters, environment } = JSON.parse(process.env.WORK_REQUEST)
const { dbname: database, ...settings } = parameters

const db = new Sequelize(
  secureConfig({ logging: false }, { ...settings, database, policy: 'development', environment }),
)
await db.query("insert into item values (1, 'from a process of its own')")
await db.close()

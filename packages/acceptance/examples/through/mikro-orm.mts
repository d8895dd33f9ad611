import { EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import { secureConfig } from '@verifull/pg'

const User = new EntitySchema({ name: 'User', properties: { id: { type: 'integer', primary: true } } })
// MikroORM 6; in MikroORM 7 it is driverOptions: secureConfig()
const orm = await MikroORM.init({
  entities: [User],
  dbName: 'app',
  driverOptions: { connection: secureConfig() },
  pool: { min: 0, max: 20 },
})
console.log(await orm.em.execute('select ssl from pg_stat_ssl where pid = pg_backend_pid()')) // [ { ssl: true } ]
await orm.close()

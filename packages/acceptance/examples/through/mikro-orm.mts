import { EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import { placeholderHost, secureConfig } from '@verifull/pg'

const User = new EntitySchema({ name: 'User', properties: { id: { type: 'integer', primary: true } } })
const orm = await MikroORM.init({
  entities: [User],
  dbName: 'app',
  // A host that never resolves. MikroORM's default would be 127.0.0.1, without TLS.
  host: placeholderHost(),
  // MikroORM 6. MikroORM 7: driverOptions: secureConfig({ max: 20 })
  driverOptions: { connection: secureConfig() },
  pool: { min: 0, max: 20 },
})
console.log(await orm.em.execute('select ssl from pg_stat_ssl where pid = pg_backend_pid()')) // [ { ssl: true } ]
await orm.close()

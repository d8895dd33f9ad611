import { secureConfig } from '@verifull/typeorm'

/** Opens what the suite asks for, inserts item 1, and closes. */
export async function insertOne(DataSource) {
  const { parameters, environment } = JSON.parse(process.env.WORK_REQUEST)
  const { dbname: database, ...settings } = parameters
  const db = new DataSource(secureConfig({}, { ...settings, database, policy: 'development', environment }))
  await db.initialize()
  await db.query("insert into item values (1, 'from a process of its own')")
  await db.destroy()
}

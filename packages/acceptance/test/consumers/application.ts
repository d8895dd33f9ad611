// An application outside the repository: compiled as ESM and as CommonJS against the packed tarballs, and run on a real
// server.
import * as forKnex from '@verifull/knex'
import { secureConfig, securePg } from '@verifull/pg'
import * as forSequelize from '@verifull/sequelize'
import * as forTypeorm from '@verifull/typeorm'
import knex from 'knex'
import pg from 'pg'
import { QueryTypes, Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'

// @ts-expect-error: compiles only if the result is any
export const anyConfig = (): { nothingOfOurs: true } => secureConfig()
// @ts-expect-error: compiles only if the result is any
export const anyModule = (...profile: Parameters<typeof securePg>): { nothingOfOurs: true } => securePg(...profile)
// @ts-expect-error: compiles only if the result is any
export const anyTypeorm = (): { nothingOfOurs: true } => forTypeorm.secureConfig()
// @ts-expect-error: compiles only if the result is any
export const anySequelize = (): { nothingOfOurs: true } => forSequelize.secureConfig()
// @ts-expect-error: compiles only if the result is any
export const anyKnex = (): { nothingOfOurs: true } => forKnex.secureConfig()

const poolConfig: pg.PoolConfig = secureConfig({ max: 2 })
const clientConfig: pg.ClientConfig = secureConfig({}, { application_name: 'stranger' })
const question =
  'select ssl, application_name from pg_stat_ssl join pg_stat_activity using (pid) where pid = pg_backend_pid()'

async function throughPg(): Promise<unknown[]> {
  const pool = new pg.Pool(poolConfig)
  const client = new pg.Client(clientConfig)
  await client.connect()
  const answers = [await pool.query(question), await client.query(question)]
  await Promise.all([pool.end(), client.end()])
  return answers.map(({ rows }) => rows[0])
}

async function throughTypeorm(): Promise<unknown> {
  const source = await new DataSource(forTypeorm.secureConfig({ applicationName: 'typeorm' })).initialize()
  const [row] = await source.query(question)
  await source.destroy()
  return row
}

async function throughSequelize(): Promise<unknown> {
  const dialectOptions = { application_name: 'sequelize' }
  const sequelize = new Sequelize(forSequelize.secureConfig({ logging: false, dialectOptions }))
  const [row] = await sequelize.query(question, { type: QueryTypes.SELECT })
  await sequelize.close()
  return row
}

async function throughKnex(): Promise<unknown> {
  const database = knex(forKnex.secureConfig({ connection: { application_name: 'knex' } }))
  const { rows } = await database.raw(question)
  await database.destroy()
  return rows[0]
}

async function main(): Promise<void> {
  const orms = [await throughTypeorm(), await throughSequelize(), await throughKnex()]
  console.log(JSON.stringify([...(await throughPg()), ...orms]))
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})

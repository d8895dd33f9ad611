import * as forKnex from '@verifull/knex'
import * as forSequelize from '@verifull/sequelize'
import * as forTypeorm from '@verifull/typeorm'
import knex from 'knex'
import { QueryTypes, Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { step } from './screen.ts'

const QUESTION = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'

/** Connects through each ORM with settings from the environment alone, and prints the server's view. */
export async function showOrms(): Promise<void> {
  for (const [words, ask] of Object.entries(ORMS)) {
    await step(words, async () => {
      const [row] = await ask()
      if (!row?.ssl) throw new Error('the server sees no TLS')
    })
  }
}

type Answer = readonly { readonly ssl?: boolean }[]

const ORMS: Readonly<Record<string, () => Promise<Answer>>> = {
  async 'new DataSource(secureConfig())'() {
    const db = await new DataSource(forTypeorm.secureConfig()).initialize()
    return db.query<Answer>(QUESTION).finally(() => db.destroy())
  },
  async 'new Sequelize(secureConfig({ logging: false }))'() {
    const db = new Sequelize(forSequelize.secureConfig({ logging: false }))
    return db.query<{ ssl: boolean }>(QUESTION, { type: QueryTypes.SELECT }).finally(() => db.close())
  },
  async 'knex(secureConfig())'() {
    const db = knex(forKnex.secureConfig())
    const { rows } = await db.raw(QUESTION).finally(() => db.destroy())
    return rows
  },
}
